// Handles, views, subscripts and assignment through them.
#include <optional>
#include <thread>

#include "expect.h"

namespace rooftop {
namespace {

TEST(Array, HandlesShareElements) {
  const Array a = from({1.0, 2.0, 3.0});
  Array b = a;
  b.at<double>(0) = 7;
  EXPECT_EQ(a.at<double>(0), 7);
  b = from({0.0});
  EXPECT_EQ(a.size(), 3);
  const Array c = a.copy();
  c.at<double>(1) = 9;
  EXPECT_EQ(a.at<double>(1), 2);
}

TEST(Array, AViewKeepsTheMemoryAlive) {
  Array view;
  {
    const Array a = arange(1000);
    view = a(slice(10, 13))(slice(1, {}));
    EXPECT_TRUE(view.is_view());
  }
  EXPECT_EQ(values<std::int64_t>(view), (Ints{11, 12}));
}

TEST(Array, NullIsRefusedWhereverItIsUsed) {
  Array a = from({1.0});
  const Array taken = std::move(a);
  EXPECT_TRUE(a.is_null());  // NOLINT: what is left is what is tested
  EXPECT_THROW(a.shape(), ValueError);
  EXPECT_THROW(a + 1.0, ValueError);
  EXPECT_THROW(sum(a), ValueError);
  EXPECT_EQ(to_string(a), "null");
  Array b = from({2.0});
  b = std::move(a);
  EXPECT_TRUE(b.is_null());
  b = std::move(b);  // NOLINT
  Array c = from({3.0});
  c = std::move(c);  // NOLINT
  EXPECT_EQ(c.item<double>(), 3);
}

TEST(Array, AssignmentToATemporaryWritesElements) {
  const Array a = zeros({3, 4});
  a[1] = 2.5;
  a(slice(), -1) = from({7.0, 8.0, 9.0});
  a(0, slice({}, {}, 2)) = a(2, slice(2, {}));
  EXPECT_EQ(values<double>(a), (Doubles{0, 0, 9, 7, 2.5, 2.5, 2.5, 8, 0, 0, 0, 9}));
  EXPECT_EQ(message_of<ShapeError>([&] { a[0] = zeros(3); }), "cannot write an array of shape (3,) into shape (4,)");
}

TEST(Array, OverlappingAssignmentReadsBeforeItWrites) {
  const Array a = arange(6);
  a(slice(1, {})) = a(slice({}, -1));
  EXPECT_EQ(values<std::int64_t>(a), (Ints{0, 0, 1, 2, 3, 4}));
  a(slice({}, {}, -1)) = a;
  EXPECT_EQ(values<std::int64_t>(a), (Ints{4, 3, 2, 1, 0, 0}));
}

TEST(Array, SlicesAreThoseOfPythonForEveryStartStopAndStep) {
  constexpr std::int64_t kLength = 5;
  const Array a = arange(kLength);
  std::vector<std::optional<std::int64_t>> ends{std::nullopt, INT64_MIN, INT64_MAX};
  for (std::int64_t i = -7; i <= 7; ++i) ends.emplace_back(i);
  for (const auto& start : ends) {
    for (const auto& stop : ends) {
      for (const std::int64_t step : {std::int64_t{1}, std::int64_t{2}, std::int64_t{7}, std::int64_t{-1},
                                      std::int64_t{-3}, INT64_MAX, INT64_MIN}) {
        // Python's definition: ends are counted from the end when negative, then cut to the axis.
        const auto place = [&](std::optional<std::int64_t> end, std::int64_t otherwise) {
          if (!end) return otherwise;
          const std::int64_t low = step > 0 ? 0 : -1;
          const std::int64_t high = step > 0 ? kLength : kLength - 1;
          if (*end < -kLength) return low;
          return std::clamp(*end < 0 ? *end + kLength : *end, low, high);
        };
        Ints expected;
        std::int64_t i = place(start, step > 0 ? 0 : kLength - 1);
        const std::int64_t end = place(stop, step > 0 ? kLength : -1);
        while (step > 0 ? i < end : i > end) {
          expected.push_back(i);
          if (__builtin_add_overflow(i, step, &i)) break;
        }
        EXPECT_EQ(values<std::int64_t>(a(slice(start, stop, step))), expected);
      }
    }
  }
}

TEST(Array, SubscriptsMakeAndDropAxes) {
  const Array a = arange(24).reshape({2, 3, 4});
  EXPECT_EQ(lengths(a(1)), (Ints{3, 4}));
  EXPECT_EQ(lengths(a(ellipsis, 0)), (Ints{2, 3}));
  EXPECT_EQ(lengths(a(newaxis, 0, ellipsis, slice(0, 2), newaxis)), (Ints{1, 3, 2, 1}));
  EXPECT_EQ(a(1, 2, -1).item<std::int64_t>(), 23);
  EXPECT_EQ(a.at<std::int64_t>(-1, 0, 1), 13);
  EXPECT_EQ(lengths(a()), (Ints{2, 3, 4}));
  EXPECT_EQ(a[1](0, 0).rank(), 0);
}

TEST(Array, WrongSubscriptsNameAxisAndSize) {
  const Array a = zeros({2, 3});
  EXPECT_EQ(message_of<IndexError>([&] { a(0, 3); }), "index 3 is out of bounds for axis 1 with size 3");
  EXPECT_EQ(message_of<IndexError>([&] { a.at<double>(-3, 0); }), "index -3 is out of bounds for axis 0 with size 2");
  EXPECT_EQ(message_of<IndexError>([&] { a.at<double>(1); }), "1 indices for an array of shape (2, 3)");
  EXPECT_EQ(message_of<IndexError>([&] { a(0, 0, 0); }),
            "too many indices: the array has shape (2, 3), but 3 axes were indexed");
  EXPECT_THROW(a(ellipsis, ellipsis), IndexError);
  EXPECT_THROW(a(slice({}, {}, 0)), ValueError);
  EXPECT_THROW(a.shape(2), IndexError);
}

TEST(Array, TypedAccessChecksTheTypeAndWhetherItMayWrite) {
  const Array a = ones(3, DType::Float32);
  EXPECT_EQ(message_of<TypeError>([&] { a.data<double>(); }), "the array's elements are float32, not float64");
  EXPECT_THROW(a.at<std::int32_t>(0), TypeError);
  EXPECT_THROW(a(slice({}, {}, 2)).span<float>(), ValueError);
  const Array repeated = a.broadcast_to({2, 3});
  EXPECT_THROW(repeated.at<float>(0, 0), ValueError);
  EXPECT_EQ(repeated.at<const float>(1, 2), 1);
  EXPECT_THROW(repeated += 1, ValueError);
  EXPECT_THROW(repeated[0] = 1, ValueError);
  EXPECT_EQ(message_of<ValueError>([&] { a.item<float>(); }), "an array of shape (3,) is not a single element");
}

TEST(Array, ReshapeSharesWhereItCanAndCopiesWhereItMust) {
  const Array a = arange(12);
  const Array b = a.reshape({3, -1});
  b.at<std::int64_t>(2, 3) = 100;
  EXPECT_EQ(a.at<std::int64_t>(11), 100);
  const Array turned = b.transpose().reshape({2, 6});
  turned.at<std::int64_t>(0, 0) = 50;
  EXPECT_EQ(a.at<std::int64_t>(0), 0);
  EXPECT_EQ(values<std::int64_t>(turned), (Ints{50, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 100}));
  EXPECT_EQ(message_of<ShapeError>([&] {
              a.reshape({5, -1});
            }),
            "cannot reshape an array of shape (12,) into shape (5, -1)");
  EXPECT_THROW(a.reshape({INT64_MAX, 4}), ShapeError);
  EXPECT_THROW(a.reshape({-1, -1}), ShapeError);
  EXPECT_EQ(lengths(zeros({0, 3}).reshape({3, 0})), (Ints{3, 0}));
  EXPECT_THROW(zeros({0, 3}).reshape({0, -1}), ShapeError);
}

TEST(Array, TransposeBroadcastSqueeze) {
  const Array a = arange(6).reshape({1, 2, 3});
  EXPECT_EQ(lengths(a.transpose()), (Ints{3, 2, 1}));
  EXPECT_EQ(lengths(a.transpose({1, -1, 0})), (Ints{2, 3, 1}));
  EXPECT_THROW(a.transpose({0, 1}), ValueError);
  EXPECT_THROW(a.transpose({0, 1, 1}), ValueError);
  EXPECT_EQ(lengths(a.squeeze()), (Ints{2, 3}));
  EXPECT_EQ(values<std::int64_t>(a.squeeze()[1].broadcast_to({2, 3})), (Ints{3, 4, 5, 3, 4, 5}));
  EXPECT_THROW(a.broadcast_to({2, 2}), ShapeError);
  EXPECT_THROW(zeros(1).broadcast_to({INT64_MAX, 3}), ValueError);
}

TEST(Array, CopiesAndConversionsKeepOrLoseTheOrder) {
  const Array a = arange(6).reshape({2, 3}).transpose();
  EXPECT_TRUE(a.copy().is_row_major());
  EXPECT_TRUE(a.copy(Order::F).is_column_major());
  EXPECT_TRUE(a.copy(Order::Keep).is_column_major());
  EXPECT_TRUE(a.astype(DType::Float32).is_column_major());
  EXPECT_EQ(values<std::int64_t>(a.copy(Order::F)), values<std::int64_t>(a));
  EXPECT_EQ(a.astype<std::int64_t>().raw_data(), a.raw_data());
  EXPECT_EQ(values<std::int64_t>(from({1.9, -1.9}).astype(DType::Int8)), (Ints{1, -1}));
}

TEST(Array, ManyAxes) {
  std::vector<std::int64_t> shape(64, 1);
  const Array a = ones(shape);
  EXPECT_EQ((a + a).item<double>(), 2);
  EXPECT_EQ(sum(a).item<double>(), 1);
  EXPECT_THROW(a(newaxis), IndexError);
  shape.push_back(1);
  EXPECT_THROW(zeros(shape), ValueError);
}

TEST(Array, HandlesMayBeCopiedAndDroppedByAllThreads) {
  const Array a = ones({100});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([a] {
      for (int i = 0; i < 1000; ++i) {
        const Array view = a(slice(i % 100, {}));
        const Array doubled = view + view;
        EXPECT_EQ(doubled.at<double>(0), 2);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// Made before main and destroyed after it, when the thread's own memory is gone.
const Array global = ones(3) + 1.0;

TEST(Array, AGlobalOneWorks) { EXPECT_EQ(values<double>(global), (Doubles{2, 2, 2})); }

}  // namespace
}  // namespace rooftop
