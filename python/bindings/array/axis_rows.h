// An array as rows along one of its axes, which algorithms on vectors work on.
#pragma once

#include <Python.h>

#include <new>

#include "array/array_object.h"
#include "array/creation.h"
#include "array/native_call.h"
#include "core/without_gil.h"

namespace rooftop::python {

/// The view with one axis moved to the end.
View with_axis_last(const View& view, int axis, Extents& storage);

/// Whether rows along the last axis lie in memory as loops over vectors take them.
bool has_dense_rows(const View& view);

/// The elements of `view` with one axis last and rows that are dense: where they are so already, the same memory, else
/// a new array's, which `owner` then holds. Null data with an exception.
View dense_rows(const View& view, int axis, Extents& storage, Ref& owner);

/// Runs an algorithm without the GIL where it takes long; memory that runs short becomes MemoryError.
template <typename Body>
Outcome run_without_gil(std::int64_t elements, Body body) {
  constexpr std::int64_t kReleaseSize = 1 << 14;
  try {
    const WithoutGil released(elements >= kReleaseSize);
    body();
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return Outcome::Error;
  }
  return Outcome::Done;
}

}  // namespace rooftop::python
