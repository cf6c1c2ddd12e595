// Loads and stores: one element, neighbours in one vector instruction, or lanes scattered over memory.
#include <llvm/IR/Constants.h>
#include <llvm/IR/Intrinsics.h>

#include <numeric>

#include "rooftop/backend/llvm/arrays.h"
#include "rooftop/backend/llvm/operations.h"

namespace rooftop::backend::llvm {
namespace {

enum class Pattern {
  Single,      ///< one address; every lane has its value
  Contiguous,  ///< lane i is i elements after the address
  Reversed,    ///< lane i is i elements before the address
  Scattered,   ///< one address for each lane
};

struct Address {
  Pattern pattern;
  ll::Value* pointer;  ///< Scattered: a vector
};

/// Computes the address one dimension after the other, outermost first, so that the part that an inner loop does not
/// change is a value of its own.
class AddressBuilder {
 public:
  AddressBuilder(Builder& b, const Place& place)
      : b_(b), place_(place), array_(place.array), pointer_(array_.data), all_on_(place.mask == nullptr) {
    part_ = memory_type(b.getContext(), array_.type.dtype());
    element_ = array::is_complex(array_.type.dtype()) ? ll::ArrayType::get(part_, 2) : part_;
  }

  Address build() {
    for (int d = 0; d < array_.type.rank(); ++d) add(d, place_.subscripts[static_cast<std::size_t>(d)]);
    if (place_.lanes == 1) return {Pattern::Single, pointer_};
    if (offsets_ == nullptr) {
      if (steps_ == 1) return {Pattern::Contiguous, pointer_};
      if (steps_ == -1) return {Pattern::Reversed, pointer_};
      if (steps_ == 0 && all_on_) return {Pattern::Single, pointer_};
    }
    return {Pattern::Scattered, lane_pointers()};
  }

 private:
  bool is_unit(int d) const { return array_.type.layout() != ir::Layout::Strided && d + 1 == array_.type.rank(); }

  void add(int d, const Scalar& subscript) {
    const bool vector = subscript.real->getType()->isVectorTy();
    if (!vector) return move(d, subscript.real);
    if (subscript.ramp_base == nullptr) return add_offsets(d, subscript.real);
    move(d, subscript.ramp_base);
    if (subscript.ramp_step == 0) return;
    if (is_unit(d)) {
      steps_ = subscript.ramp_step;
    } else {
      add_offsets(d, lane_steps(subscript.real->getType(), subscript.ramp_step));
    }
  }

  /// Moves the pointer along the dimension. Lanes that are off may lie outside the array: no promises then.
  void move(int d, ll::Value* index) {
    if (const auto* constant = ll::dyn_cast<ll::ConstantInt>(index); constant != nullptr && constant->isZero()) return;
    ll::Type* type = element_;
    if (!is_unit(d) && array_.type.layout() == ir::Layout::C) {
      ll::Value* elements = array_.lengths.back();
      for (int i = array_.type.rank() - 2; i > d; --i) {
        elements = b_.CreateMul(elements, array_.lengths[static_cast<std::size_t>(i)], "", false, all_on_);
      }
      index = b_.CreateMul(index, elements, "", false, all_on_);
    } else if (!is_unit(d)) {
      index = b_.CreateMul(index, stride_of(b_, array_, d), "", false, all_on_);
      type = b_.getInt8Ty();
    }
    pointer_ = all_on_ ? b_.CreateInBoundsGEP(type, pointer_, index) : b_.CreateGEP(type, pointer_, index);
  }

  void add_offsets(int d, ll::Value* indices) {
    ll::Value* stride = b_.CreateVectorSplat(static_cast<unsigned>(place_.lanes), stride_of(b_, array_, d));
    ll::Value* bytes = b_.CreateMul(indices, stride);
    offsets_ = offsets_ == nullptr ? bytes : b_.CreateAdd(offsets_, bytes);
  }

  ll::Value* lane_pointers() {
    const auto lanes = static_cast<unsigned>(place_.lanes);
    ll::Value* pointers = pointer_;
    ll::Type* indices = ll::FixedVectorType::get(b_.getInt64Ty(), lanes);
    if (steps_ != 0) pointers = b_.CreateGEP(element_, pointers, lane_steps(indices, steps_));
    if (offsets_ != nullptr) pointers = b_.CreateGEP(b_.getInt8Ty(), pointers, offsets_);
    return pointers->getType()->isVectorTy() ? pointers : b_.CreateVectorSplat(lanes, pointers);
  }

  Builder& b_;
  const Place& place_;
  const Array& array_;
  ll::Value* pointer_;
  bool all_on_;
  ll::Type* part_;
  ll::Type* element_;
  std::int64_t steps_ = 0;        ///< lane to lane in elements, along the unit stride
  ll::Value* offsets_ = nullptr;  ///< lane to lane in bytes, along other dimensions
};

/// One load or store after the address is known.
class Access {
 public:
  Access(Builder& b, const AliasFacts& aliases, const Place& place)
      : b_(b),
        aliases_(aliases),
        place_(place),
        part_(memory_type(b.getContext(), place.array.type.dtype())),
        align_(array::size_of(array::part_of(place.array.type.dtype()))),
        is_complex_(array::is_complex(place.array.type.dtype())),
        is_bool_(array::is_bool(place.array.type.dtype())) {}

  Scalar load() {
    const Address address = AddressBuilder(b_, place_).build();
    switch (address.pattern) {
      case Pattern::Single:
        return load_single(address.pointer);
      case Pattern::Contiguous:
        return load_row(address.pointer);
      case Pattern::Reversed:
        return reverse(load_row(row_start(address.pointer), true));
      case Pattern::Scattered:
        break;
    }
    return {from_memory(gather(address.pointer)), is_complex_ ? gather(second_part(address.pointer)) : nullptr};
  }

  void store(const Scalar& value) {
    const Address address = AddressBuilder(b_, place_).build();
    const Scalar bits = to_memory(value);
    switch (address.pattern) {
      case Pattern::Single:
        return store_single(address.pointer, bits);
      case Pattern::Contiguous:
        return store_row(address.pointer, bits, place_.mask);
      case Pattern::Reversed:
        return store_row(row_start(address.pointer), reverse(bits), reversed_mask());
      case Pattern::Scattered:
        break;
    }
    scatter(address.pointer, bits.real);
    if (is_complex_) scatter(second_part(address.pointer), bits.imag);
  }

 private:
  ll::Type* lanes_of(ll::Type* type, int lanes) const {
    return ll::FixedVectorType::get(type, static_cast<unsigned>(lanes));
  }
  template <typename Instruction>
  Instruction* marked(Instruction* access) {
    aliases_.annotate(access, place_.array.memory);
    return access;
  }
  ll::Value* from_memory(ll::Value* bits) {
    return is_bool_ ? b_.CreateICmpNE(bits, ll::Constant::getNullValue(bits->getType())) : bits;
  }
  Scalar to_memory(const Scalar& value) {
    if (!is_bool_) return {value.real, value.imag};
    ll::Type* byte = value.real->getType()->getWithNewBitWidth(8);
    return {b_.CreateZExt(value.real, byte)};
  }
  ll::Value* second_part(ll::Value* pointers) { return b_.CreateConstGEP1_64(part_, pointers, 1); }
  /// The lowest address of lanes that go downwards.
  ll::Value* row_start(ll::Value* pointer) {
    return b_.CreateConstGEP1_64(part_, pointer,
                                 static_cast<std::uint64_t>((1 - place_.lanes) * (is_complex_ ? 2 : 1)));
  }
  ll::Value* reverse(ll::Value* lanes) { return b_.CreateVectorReverse(lanes); }
  Scalar reverse(const Scalar& lanes) {
    return {reverse(lanes.real), lanes.is_complex() ? reverse(lanes.imag) : nullptr};
  }
  ll::Value* reversed_mask() { return place_.mask == nullptr ? nullptr : reverse(place_.mask); }

  ll::Value* masked_load(ll::Type* type, ll::Value* pointer, ll::Value* mask) {
    return marked(b_.CreateMaskedLoad(type, pointer, align_, mask, ll::Constant::getNullValue(type)));
  }
  ll::Value* load_part(ll::Value* pointer) {
    if (place_.mask == nullptr) return marked(b_.CreateAlignedLoad(part_, pointer, align_));
    ll::Value* mask = b_.CreateVectorSplat(1, place_.mask);
    return b_.CreateExtractElement(masked_load(lanes_of(part_, 1), pointer, mask), std::uint64_t{0});
  }
  Scalar load_single(ll::Value* pointer) {
    Scalar value{from_memory(load_part(pointer)), is_complex_ ? load_part(second_part(pointer)) : nullptr};
    if (place_.lanes == 1) return value;
    const auto lanes = static_cast<unsigned>(place_.lanes);
    return {b_.CreateVectorSplat(lanes, value.real), is_complex_ ? b_.CreateVectorSplat(lanes, value.imag) : nullptr};
  }

  /// Lane numbers a0, b0, a1, b1, … of two vectors side by side.
  SmallVector<int, 32> interleaved() const {
    SmallVector<int, 32> order;
    for (int i = 0; i < place_.lanes; ++i) order.append({i, i + place_.lanes});
    return order;
  }
  ll::Value* both_parts(ll::Value* mask) { return b_.CreateShuffleVector(mask, mask, interleaved()); }
  ll::Value* every_second(ll::Value* lanes, int first) {
    SmallVector<int, 16> order;
    for (int i = 0; i < place_.lanes; ++i) order.push_back(2 * i + first);
    return b_.CreateShuffleVector(lanes, order);
  }

  Scalar load_row(ll::Value* pointer, bool reversed = false) {
    ll::Value* mask = reversed ? reversed_mask() : place_.mask;
    ll::Type* type = lanes_of(part_, place_.lanes * (is_complex_ ? 2 : 1));
    if (mask != nullptr && is_complex_) mask = both_parts(mask);
    ll::Value* row =
        mask == nullptr ? marked(b_.CreateAlignedLoad(type, pointer, align_)) : masked_load(type, pointer, mask);
    if (!is_complex_) return {from_memory(row)};
    return {every_second(row, 0), every_second(row, 1)};
  }

  void store_row(ll::Value* pointer, const Scalar& bits, ll::Value* mask) {
    ll::Value* row = is_complex_ ? b_.CreateShuffleVector(bits.real, bits.imag, interleaved()) : bits.real;
    if (mask == nullptr) {
      marked(b_.CreateAlignedStore(row, pointer, align_));
    } else {
      marked(b_.CreateMaskedStore(row, pointer, align_, is_complex_ ? both_parts(mask) : mask));
    }
  }

  void store_part(ll::Value* pointer, ll::Value* bits) {
    if (place_.mask == nullptr) {
      marked(b_.CreateAlignedStore(bits, pointer, align_));
    } else {
      marked(
          b_.CreateMaskedStore(b_.CreateVectorSplat(1, bits), pointer, align_, b_.CreateVectorSplat(1, place_.mask)));
    }
  }
  void store_single(ll::Value* pointer, const Scalar& bits) {
    if (place_.lanes == 1) {
      store_part(pointer, bits.real);
      if (is_complex_) store_part(second_part(pointer), bits.imag);
      return;
    }
    // All lanes go to one place: the last one stays.
    const auto last = static_cast<std::uint64_t>(place_.lanes - 1);
    store_part(pointer, b_.CreateExtractElement(bits.real, last));
    if (is_complex_) store_part(second_part(pointer), b_.CreateExtractElement(bits.imag, last));
  }

  ll::Value* gather(ll::Value* pointers) {
    ll::Type* type = lanes_of(part_, place_.lanes);
    return marked(b_.CreateMaskedGather(type, pointers, align_, place_.mask, ll::Constant::getNullValue(type)));
  }
  void scatter(ll::Value* pointers, ll::Value* bits) {
    marked(b_.CreateMaskedScatter(bits, pointers, align_, place_.mask));
  }

  Builder& b_;
  const AliasFacts& aliases_;
  const Place& place_;
  ll::Type* part_;
  ll::Align align_;
  bool is_complex_;
  bool is_bool_;
};

}  // namespace

Scalar load(Builder& b, const AliasFacts& aliases, const Place& place) { return Access(b, aliases, place).load(); }

void prefetch(Builder& b, const Place& place) {
  // A mask keeps promises about the address away: it may lie outside of the array.
  const Place anywhere{place.array, place.subscripts, 1, b.getTrue()};
  b.CreateIntrinsic(ll::Intrinsic::prefetch, {b.getPtrTy()},
                    {AddressBuilder(b, anywhere).build().pointer, b.getInt32(0), b.getInt32(3), b.getInt32(1)});
}

void store(Builder& b, const AliasFacts& aliases, const Place& place, const Scalar& value) {
  Access(b, aliases, place).store(value);
}

}  // namespace rooftop::backend::llvm
