// Blocks: allocation, release, and the messages about them.
#include "rooftop/api/detail/storage.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "rooftop/api/detail/ufunc_call.h"
#include "rooftop/array/broadcast.h"
#include "rooftop/array/layout.h"
#include "rooftop/lib/copy.h"
#include "rooftop/runtime/memory.h"
#include "rooftop/runtime/thread_state.h"

namespace rooftop::detail {

using array::View;
using runtime::SmallBlocks;

namespace {

static_assert(sizeof(Block) == 48);  // a vector's length and stride fill up the line
constexpr std::size_t kLine = SmallBlocks::kLine;

constexpr std::size_t lines(std::size_t bytes) { return (bytes + kLine - 1) / kLine * kLine; }

// Blocks of a few lines come from the thread's own; those of very many axes do not.
void* take(std::size_t bytes) {
  const std::size_t count = bytes / kLine;
  return count <= SmallBlocks::kMostLines ? runtime::this_thread().small_blocks.allocate_lines(count)
                                          : runtime::allocate(bytes);
}
void give_back(void* block, std::size_t bytes) {
  const std::size_t count = bytes / kLine;
  if (count <= SmallBlocks::kMostLines && runtime::current_thread != nullptr) {
    runtime::current_thread->small_blocks.release_lines(block, count);
  } else {
    runtime::release(block, bytes);
  }
}

/// A block for this rank with room for `extra` bytes of elements, which `data` points at where there are any.
Block* start(array::DType dtype, int rank, std::size_t extra) {
  const std::size_t head = lines(sizeof(Block) + 2 * static_cast<std::size_t>(rank) * sizeof(std::int64_t));
  void* const memory = take(head + extra);
  if (memory == nullptr) throw std::bad_alloc();
  auto* const block = new (memory) Block;
  block->references.store(1, std::memory_order_relaxed);
  block->data = static_cast<char*>(memory) + head;
  block->owner = nullptr;
  block->element_bytes = 0;
  block->block_bytes = static_cast<std::uint32_t>(head + extra);
  block->dtype = outer(dtype);
  block->rank = static_cast<std::uint8_t>(rank);
  return block;
}

void set_extents(Block& block, const View& view) {
  std::copy_n(view.shape, view.rank, block.extents());
  std::copy_n(view.strides, view.rank, block.extents() + view.rank);
  block.size = view.size();
}

void set_flags(Block& block, bool is_writeable) {
  const array::Layout layout = array::layout_of(view_of(block));
  block.flags = is_writeable ? kWriteable : 0;
  if (layout.is_row_major) block.flags |= kRowMajor;
  if (layout.is_column_major) block.flags |= kColumnMajor;
  if (layout.is_aligned) block.flags |= kAligned;
}

Array start_view(const View& view, bool is_writeable) {
  Array result(start(view.dtype, view.rank, 0));
  Block& block = *result.raw_block();
  set_extents(block, view);
  block.data = view.data;
  set_flags(block, is_writeable);
  return result;
}

void release_owner(Block& block) {
  if ((block.flags & kForeign) != 0) {
    delete static_cast<std::shared_ptr<const void>*>(block.owner);
  } else {
    static_cast<void>(Array(static_cast<Block*>(block.owner)));  // its handle ends here
  }
}

}  // namespace

void destroy(Block* block) noexcept {
  if (block->owner != nullptr) release_owner(*block);
  if (block->element_bytes != 0) runtime::release(block->data, block->element_bytes);
  give_back(block, block->block_bytes);
}

Array make(array::DType dtype, const array::Extents& extents, bool is_zeroed) {
  const auto bytes = array::checked_bytes(extents.lengths(), array::size_of(dtype));
  if (!bytes) {
    throw ValueError("an array of shape " + shape_text(extents.lengths()) + " and type " +
                     std::string(array::name_of(dtype)) + " is larger than memory can be");
  }
  const auto needed = static_cast<std::size_t>(*bytes);
  const bool is_inline = *bytes <= kInlineBytes;
  Array result(start(dtype, extents.rank, is_inline ? lines(needed) : 0));
  Block& block = *result.raw_block();
  if (is_inline) {
    if (is_zeroed) std::memset(block.data, 0, needed);
  } else {
    block.data = static_cast<char*>(is_zeroed ? runtime::allocate_zeroed(needed) : runtime::allocate(needed));
    if (block.data == nullptr) throw std::bad_alloc();
    block.element_bytes = needed;
  }
  set_extents(block, extents.view(dtype, block.data));
  set_flags(block, true);
  return result;
}

Array make(array::DType dtype, std::span<const std::int64_t> shape) {
  array::Extents extents(shape);
  // Too large an array is refused before its strides are multiplied.
  if (array::checked_bytes(shape, array::size_of(dtype))) extents.set_row_major(array::size_of(dtype));
  return make(dtype, extents);
}

Array make_like_inputs(array::DType dtype, std::span<const array::View> inputs, std::span<const std::int64_t> shape) {
  const std::size_t item = array::size_of(dtype);
  if (shape.size() < 2 || !array::checked_bytes(shape, item)) return make(dtype, shape);
  return make(dtype, array::layout_of_result(inputs, shape, item));
}

Array make_small_like(const Block& like, array::DType dtype) {
  const auto item = static_cast<std::int64_t>(array::size_of(dtype));
  if (like.rank != 1 || like.size * item > kInlineBytes) return make(dtype, {like.extents(), like.rank});
  Block* const block = start(dtype, 1, lines(static_cast<std::size_t>(like.size * item)));
  block->extents()[0] = like.size;
  block->extents()[1] = item;
  block->size = like.size;
  block->flags = kRowMajor | kColumnMajor | kAligned | kWriteable;
  return Array(block);
}

Array make_view(const View& view, const Array& base, bool is_writeable) {
  Array result = start_view(view, is_writeable);
  // A view of a view is one of the memory's owner, so that chains stay short.
  Block* owner = base.raw_block();
  if (owner->owner != nullptr && (owner->flags & kForeign) == 0) owner = static_cast<Block*>(owner->owner);
  owner->references.fetch_add(1, std::memory_order_relaxed);
  result.raw_block()->owner = owner;
  return result;
}

Array make_foreign(const View& view, bool is_writeable, std::shared_ptr<const void> owner) {
  Array result = start_view(view, is_writeable);
  result.raw_block()->owner = new std::shared_ptr<const void>(std::move(owner));
  result.raw_block()->flags |= kForeign;
  return result;
}

Array copied(const View& source, array::DType dtype, bool keeps_order) {
  Array result =
      keeps_order ? make(dtype, array::layout_like(source, array::size_of(dtype))) : make(dtype, source.lengths());
  note_errors(lib::copy(view_of(result), source));
  return result;
}

Array real_part(const Array& array) {
  View view = view_of(array);
  view.dtype = array::part_of(view.dtype);
  return make_view(view, array, array.is_writeable());
}
Array imaginary_part(const Array& array) {
  View view = view_of(array);
  view.dtype = array::part_of(view.dtype);
  view.data += array::size_of(view.dtype);
  return make_view(view, array, array.is_writeable());
}

std::string shape_text(std::span<const std::int64_t> shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + (shape.size() == 1 ? ",)" : ")");
}

array::Extents read_shape(std::span<const std::int64_t> shape) {
  if (shape.size() > static_cast<std::size_t>(array::kMaxRank)) {
    throw ValueError("an array has at most " + std::to_string(array::kMaxRank) + " axes, not " +
                     std::to_string(shape.size()));
  }
  if (std::any_of(shape.begin(), shape.end(), [](std::int64_t length) { return length < 0; })) {
    throw ValueError("lengths cannot be negative: " + shape_text(shape));
  }
  return array::Extents(shape);
}

int read_axis(std::int64_t axis, int rank) {
  const std::int64_t from_start = axis < 0 ? axis + rank : axis;
  if (from_start < 0 || from_start >= rank) {
    throw IndexError("axis " + std::to_string(axis) + " is out of bounds for an array with " + std::to_string(rank) +
                     " axes");
  }
  return static_cast<int>(from_start);
}

void broadcast_all(array::Extents& shape, std::span<const View> views) {
  for (const View& view : views) {
    if (array::broadcast_shape(shape, view.lengths())) continue;
    std::string text;
    for (const View& each : views) text += " " + shape_text(each.lengths());
    throw ShapeError("operands could not be broadcast together with shapes" + text);
  }
}

void throw_null() { throw ValueError("the array is null: nothing was assigned to it, or it was moved from"); }

void throw_rank(const Block& block, std::size_t indices) {
  throw IndexError(std::to_string(indices) + " indices for an array of shape " +
                   shape_text({block.extents(), block.rank}));
}

void throw_index(const Block& block, int axis, std::int64_t index) {
  throw IndexError("index " + std::to_string(index) + " is out of bounds for axis " + std::to_string(axis) +
                   " with size " + std::to_string(block.extents()[axis]));
}

void throw_dtype(const Block& block, DType wanted) {
  throw TypeError("the array's elements are " + std::string(name_of(block.dtype)) + ", not " +
                  std::string(name_of(wanted)));
}

void throw_access(const Block& block) {
  if ((block.flags & kWriteable) == 0) throw ValueError("the array is read-only: ask for const elements");
  throw ValueError("the elements of an array of shape " + shape_text({block.extents(), block.rank}) +
                   " do not lie in a row: make it contiguous() first");
}

}  // namespace rooftop::detail
