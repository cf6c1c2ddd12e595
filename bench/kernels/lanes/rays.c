// Ray tracing: the nearest of some spheres that each ray meets, and how bright a lamp makes it there.
#include <math.h>
#include <stdint.h>

void rays(int64_t n, int64_t spheres, const double (*restrict centre)[3], const double* restrict radius,
          const double* restrict colour, const double* restrict lamp, double* restrict image) {
  for (int64_t row = 0; row < n; row++) {
    for (int64_t column = 0; column < n; column++) {
      // From the origin through the picture's plane at z = 1.
      double dx = 2.0 * (column + 0.5) / n - 1.0;
      double dy = 1.0 - 2.0 * (row + 0.5) / n;
      double size = sqrt(dx * dx + dy * dy + 1.0);
      dx = dx / size;
      dy = dy / size;
      double dz = 1.0 / size;
      double nearest = 1e30;
      int64_t hit = -1;
      for (int64_t s = 0; s < spheres; s++) {
        double cx = centre[s][0], cy = centre[s][1], cz = centre[s][2];
        double along = dx * cx + dy * cy + dz * cz;
        double missed = cx * cx + cy * cy + cz * cz - along * along;
        double room = radius[s] * radius[s] - missed;
        if (room > 0.0) {
          double distance = along - sqrt(room);
          if (distance > 1e-6 && distance < nearest) {
            nearest = distance;
            hit = s;
          }
        }
      }
      if (hit < 0) {
        image[row * n + column] = 0.1;
        continue;
      }
      double px = nearest * dx, py = nearest * dy, pz = nearest * dz;
      double nx = (px - centre[hit][0]) / radius[hit];
      double ny = (py - centre[hit][1]) / radius[hit];
      double nz = (pz - centre[hit][2]) / radius[hit];
      double brightness = nx * lamp[0] + ny * lamp[1] + nz * lamp[2];
      if (brightness > 0.0) {
        for (int64_t s = 0; s < spheres; s++) {
          double ox = centre[s][0] - px, oy = centre[s][1] - py, oz = centre[s][2] - pz;
          double along = ox * lamp[0] + oy * lamp[1] + oz * lamp[2];
          double missed = ox * ox + oy * oy + oz * oz - along * along;
          if (s != hit && along > 0.0 && missed < radius[s] * radius[s]) {
            brightness = 0.0;
            break;
          }
        }
      } else {
        brightness = 0.0;
      }
      image[row * n + column] = colour[hit] * (0.2 + 0.8 * brightness);
    }
  }
}
