#include "array/accumulations.h"

#include <algorithm>
#include <cstring>

#include "array/creation.h"
#include "array/fold_type.h"
#include "core/without_gil.h"
#include "rooftop/array/cast.h"
#include "rooftop/lib/accumulation.h"
#include "rooftop/lib/elementwise.h"

namespace rooftop::python {

using ops::Ufunc;

namespace {

/// Elements from which the GIL is released meanwhile.
constexpr std::int64_t kReleaseSize = 1 << 15;

// The input in the type of the loop, aligned.
bool prepare_input(ArrayObject* array, DType type, bool copies, Ref& kept, View& view) {
  view = array->view();
  if (!copies && array->dtype == type && array->has(kAligned)) return true;
  ArrayObject* copy = copied(view, type, std::nullopt);
  if (copy == nullptr) return false;
  kept = Ref(as_object(copy));
  view = copy->view();
  return true;
}

// Only floats and complex numbers can tell of errors, and only some functions do.
bool tells_from_inputs(Ufunc ufunc, int loop) {
  const auto errors = lib::errors_of_loop(ufunc, ops::loops(ufunc)[static_cast<std::size_t>(loop)]);
  return errors != ops::FloatErrors::None && errors != ops::FloatErrors::Hardware;
}

// The first element of each line: 0 of sums, 1 of products.
void fill_first(const View& view, int axis, Ufunc ufunc) {
  Extents first(view);
  first.shape[axis] = 1;
  std::int64_t identity = ufunc == Ufunc::multiply ? 1 : 0;
  Extents repeated;
  for (int i = 0; i < first.rank; ++i) repeated.push(first.shape[i], 0);
  array::copy_elements(first.view(view.dtype, view.data),
                       repeated.view(DType::I64, reinterpret_cast<char*>(&identity)));
}

}  // namespace

Outcome accumulate_array(Ufunc ufunc, ArrayObject* array, int axis, const AccumulateOptions& options,
                         PyObject*& result) {
  ArrayObject* out = nullptr;
  DType type{};
  if (const Outcome read = read_out(options.out, out); read != Outcome::Done) return read;
  if (const Outcome found = find_fold_type(ufunc, array->dtype, options.dtype, out, type); found != Outcome::Done) {
    return found;
  }
  const int loop = uniform_loop(ufunc, type);
  if (loop < 0) return Outcome::Delegate;
  Extents layout(array->view());
  if (options.includes_initial) ++layout.shape[axis];
  FoldResult target;
  if (const Outcome made =
          target.prepare(out, layout.view(type, nullptr), type, array->view(), FoldResult::kMayBeInput);
      made != Outcome::Done) {
    return made;
  }
  View to = target.view();
  Extents rest(to);
  if (options.includes_initial) {
    fill_first(to, axis, ufunc);
    --rest.shape[axis];
    to = rest.view(type, to.data + to.strides[axis]);
  }
  const bool in_place = out != nullptr && array::may_overlap(to, array->view());
  Ref kept;
  View in;
  if (!prepare_input(array, type, in_place && (options.includes_initial || tells_from_inputs(ufunc, loop)), kept, in)) {
    return Outcome::Error;
  }
  unsigned errors = 0;
  {
    const WithoutGil released(array->size >= kReleaseSize);
    errors = lib::accumulate({ufunc, loop, in, to, axis});
  }
  if (!report_method_errors("accumulate", errors)) return Outcome::Error;
  return made(target.finish(), result);
}

Outcome reduce_array_slices(Ufunc ufunc, ArrayObject* array, int axis, std::span<const std::int64_t> starts,
                            const AccumulateOptions& options, PyObject*& result) {
  ArrayObject* out = nullptr;
  DType type{};
  if (const Outcome read = read_out(options.out, out); read != Outcome::Done) return read;
  if (const Outcome found = find_fold_type(ufunc, array->dtype, options.dtype, out, type); found != Outcome::Done) {
    return found;
  }
  const int loop = uniform_loop(ufunc, type);
  // NumPy's vector loops of mathematical functions fold wrongly on some machines; what they give stays theirs to say.
  const bool is_chained = loop >= 0 && ops::is_chained(ufunc, ops::loops(ufunc)[static_cast<std::size_t>(loop)]);
  // Halves that are not added are folded in float32 and rounded once.
  const bool rounds_once = array::is_half(type) && ufunc != Ufunc::add && ops::info(ufunc).flops > 0;
  if (!is_chained || rounds_once || (out != nullptr && array::may_overlap(out->view(), array->view())))
    return Outcome::Delegate;
  Extents layout(array->view());
  layout.shape[axis] = static_cast<std::int64_t>(starts.size());
  FoldResult target;
  if (const Outcome made =
          target.prepare(out, layout.view(type, nullptr), type, array->view(), FoldResult::kMayBeInput);
      made != Outcome::Done) {
    return made;
  }
  Ref kept;
  View in;
  if (!prepare_input(array, type, false, kept, in)) return Outcome::Error;
  unsigned errors = 0;
  {
    const WithoutGil released(array->size >= kReleaseSize);
    errors = lib::reduce_slices({ufunc, loop, in, target.view(), axis}, starts);
  }
  if (!report_method_errors("reduceat", errors)) return Outcome::Error;
  return made(target.finish(), result);
}

}  // namespace rooftop::python
