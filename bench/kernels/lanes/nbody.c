// N-body: the pull of all bodies on each.
#include <math.h>
#include <stdint.h>

void nbody(int64_t n, const double (*restrict position)[3], const double* restrict mass, double (*restrict force)[3]) {
  for (int64_t i = 0; i < n; i++) {
    double fx = 0.0, fy = 0.0, fz = 0.0;
    for (int64_t j = 0; j < n; j++) {
      if (i != j) {
        double dx = position[j][0] - position[i][0];
        double dy = position[j][1] - position[i][1];
        double dz = position[j][2] - position[i][2];
        double square = dx * dx + dy * dy + dz * dz;
        double pull = mass[i] * mass[j] / (square * sqrt(square));
        fx += pull * dx;
        fy += pull * dy;
        fz += pull * dz;
      }
    }
    force[i][0] = fx;
    force[i][1] = fy;
    force[i][2] = fz;
  }
}
