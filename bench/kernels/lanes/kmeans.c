// K-means: which centre is the nearest to each point.
#include <stdint.h>

void kmeans(int64_t n, int64_t k, int64_t d, const double* restrict points, const double* restrict centres,
            int64_t* restrict labels) {
  for (int64_t i = 0; i < n; i++) {
    int64_t nearest = 0;
    double least = 1e30;
    for (int64_t c = 0; c < k; c++) {
      double distance = 0.0;
      for (int64_t j = 0; j < d; j++) {
        double difference = points[i * d + j] - centres[c * d + j];
        distance += difference * difference;
      }
      if (distance < least) {
        least = distance;
        nearest = c;
      }
    }
    labels[i] = nearest;
  }
}
