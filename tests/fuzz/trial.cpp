// Buffers with room around them, so that every stride stays inside.
#include "trial.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "random.h"
#include "rooftop/backend/interp/interpreter.h"
#include "rooftop/ir/lane_kernels.h"
#include "rooftop/ir/literal.h"

namespace rooftop::fuzz {

using ir::Constant;
using ir::DType;

namespace {

Constant random_value(DType dtype, bool edges_too, Random& random) {
  if (array::is_bool(dtype)) return {.integer = random.below(2)};
  if (array::is_complex(dtype)) return {.real = random.between(-6, 6) / 2.0, .imag = random.between(-6, 6) / 2.0};
  if (!array::is_float(dtype)) {
    static const std::vector<std::int64_t> edges{INT64_MAX, INT64_MIN, -1, 255, INT32_MAX};
    const std::int64_t value = !edges_too || random.chance(85) ? random.between(-3, 9) : random.pick(edges);
    return ir::int_constant(value, ir::Type::scalar(dtype)).constant();
  }
  static const std::vector<double> edges{
      0.0, -0.0, 1e300, -1e-310, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()};
  const double value = !edges_too || random.chance(85) ? random.between(-16, 16) / 4.0 : random.pick(edges);
  return ir::float_constant(value, ir::Type::scalar(dtype)).constant();
}

std::string value_text(DType dtype, const void* lane) {
  Constant value = ir::read_lane(dtype, lane);
  // Which NaN comes out of an operation is not specified.
  if (std::isnan(value.real)) value.real = std::numeric_limits<double>::quiet_NaN();
  if (std::isnan(value.imag)) value.imag = std::numeric_limits<double>::quiet_NaN();
  const std::string text = ir::literal(value, dtype);
  return text.substr(0, text.find(':'));
}

}  // namespace

/// Mostly small; sometimes empty, sometimes long enough for several vectors and tiles.
std::int64_t Trial::random_length(Random& random) const {
  if (random.chance(options_.large ? 2 : 5)) return 0;
  if (options_.strips && random.chance(70)) {
    static const std::vector<std::int64_t> around{1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 20, 24, 31, 32, 33, 40};
    return random.pick(around);
  }
  if (options_.large) return random.chance(50) ? random.between(1, 9) : random.between(10, 24);
  return random.chance(75) ? random.between(1, 9) : random.between(10, 37);
}

Trial::Trial(const ir::Function& entry, std::uint64_t seed, const TrialOptions& options)
    : options_(options), results_(entry.results) {
  Random random(seed);
  length_ = random_length(random);
  fits_ = options.large && random.chance(options.strips ? 85 : 65);
  for (const ir::Var& p : entry.parameters) {
    arguments_ += p->name + " = ";
    if (p->type.is_array()) {
      add_array(p->type, random);
    } else {
      const Constant value = random_value(p->type.dtype(), !options_.exact, random);
      add_scalar(p->type.dtype(), value);
      arguments_ += ir::literal(value, p->type.dtype());
    }
    arguments_ += "\n";
  }
  for (Buffer& b : buffers_) b.initial = b.bytes;
}

void Trial::add_scalar(DType dtype, const Constant& value) {
  slots_.push_back(value.integer);
  if (!array::is_float(dtype) && !array::is_complex(dtype)) return;
  const DType part = array::part_of(dtype);
  ir::write_lane({.real = value.real}, part, &slots_.back());
  if (array::is_complex(dtype)) ir::write_lane({.real = value.imag}, part, &slots_.emplace_back(0));
}

void Trial::add_array(const ir::Type& type, Random& random) {
  const auto size = static_cast<std::int64_t>(array::size_of(type.dtype()));
  std::vector<std::int64_t> shape;
  // Mostly lengths of their own, often one for all, so that what fits in shape comes up too.
  const bool square = options_.large ? fits_ || random.chance(60) : random.chance(50);
  for (int d = 0; d < type.rank(); ++d) shape.push_back(square ? length_ : random_length(random));
  std::vector<std::int64_t> strides(shape.size());
  std::int64_t stride = size;
  std::int64_t offset = 0;
  std::int64_t extent = size;
  for (std::size_t d = shape.size(); d-- > 0;) {
    const bool free =
        type.layout() == ir::Layout::Strided || (type.layout() == ir::Layout::Inner && d + 1 != shape.size());
    if (free && random.chance(30)) stride += size * random.between(0, 2);
    strides[d] = stride;
    if (free && random.chance(20)) strides[d] = -stride;
    if (free && random.chance(5)) strides[d] = 0;
    stride *= shape[d];
    const std::int64_t reach = strides[d] * (shape[d] - 1);
    if (shape[d] > 0) (reach < 0 ? offset : extent) += std::abs(reach);
  }
  extent += offset;
  // A buffer that another argument uses already, or one of its own.
  std::size_t chosen = buffers_.size();
  std::int64_t start = 0;
  for (std::size_t b = 0; b < buffers_.size(); ++b) {
    const auto room = static_cast<std::int64_t>(buffers_[b].bytes.size()) - extent;
    if (buffers_[b].dtype != type.dtype() || room < 0 || options_.exact || !random.chance(options_.large ? 15 : 40))
      continue;
    chosen = b;
    start = size * random.below(static_cast<int>(room / size) + 1);
  }
  if (chosen == buffers_.size()) {
    Buffer buffer{.dtype = type.dtype(), .bytes = std::vector<std::byte>(static_cast<std::size_t>(extent + 2 * size))};
    for (std::size_t at = 0; at < buffer.bytes.size(); at += static_cast<std::size_t>(size)) {
      ir::write_lane(random_value(type.dtype(), !options_.exact, random), type.dtype(), &buffer.bytes[at]);
    }
    buffers_.push_back(std::move(buffer));
  }
  const std::byte* data = buffers_[chosen].bytes.data() + start + offset;
  slots_.push_back(static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(data)));
  slots_.insert(slots_.end(), shape.begin(), shape.end());
  slots_.insert(slots_.end(), strides.begin(), strides.end());
  arguments_ += "buffer " + std::to_string(chosen) + " at " + std::to_string((start + offset) / size) + ", shape";
  for (const std::int64_t n : shape) arguments_ += " " + std::to_string(n);
  arguments_ += ", strides";
  for (const std::int64_t s : strides) arguments_ += " " + std::to_string(s / size);
}

std::string Trial::arguments() const {
  std::string text = arguments_;
  for (std::size_t b = 0; b < buffers_.size(); ++b) {
    const Buffer& buffer = buffers_[b];
    text += "buffer " + std::to_string(b) + ":";
    for (std::size_t at = 0; at < buffer.initial.size(); at += array::size_of(buffer.dtype)) {
      text += " " + value_text(buffer.dtype, &buffer.initial[at]);
    }
    text += "\n";
  }
  return text;
}

std::string Trial::memory() const {
  std::string text;
  for (const Buffer& b : buffers_) {
    text += "memory:";
    for (std::size_t at = 0; at < b.bytes.size(); at += array::size_of(b.dtype)) {
      text += " " + value_text(b.dtype, &b.bytes[at]);
    }
    text += "\n";
  }
  return text;
}

std::string Trial::run(const Runner& runner) {
  for (Buffer& b : buffers_) std::memcpy(b.bytes.data(), b.initial.data(), b.bytes.size());
  backend::KernelContext context{};
  std::int64_t results[16] = {};
  std::string text;
  const std::int32_t status = runner(&context, slots_.data(), results);
  if (status == backend::kRaised) {
    const backend::Site& site = *context.error;
    text = "raised " + std::string(rooftop::name_of(site.kind)) + " at line " + std::to_string(site.line) + ": " +
           site.message;
    for (int i = 0; i < site.argument_count; ++i) text += " " + std::to_string(context.arguments[i]);
    return text + "\n" + memory();
  }
  if (status != backend::kOk) return "interrupted\n";
  const std::int64_t* slot = results;
  for (const ir::Type& t : results_) {
    const DType part = array::part_of(t.dtype());
    for (int i = 0; i < backend::interp::slot_count(t); ++i) text += "returned " + value_text(part, slot++) + "\n";
  }
  return text + memory();
}

std::string interpret(const ir::Module& module, Trial& trial, std::int64_t step_limit) {
  const backend::interp::Interpreter interpreter(
      module, {.parallel_order = backend::interp::InterpreterOptions::Order::Shuffled, .step_limit = step_limit});
  return trial.run([&](backend::KernelContext* context, const std::int64_t* arguments, std::int64_t* results) {
    return interpreter.run(context, arguments, results);
  });
}

}  // namespace rooftop::fuzz
