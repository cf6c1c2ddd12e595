// Black-Scholes prices of calls and puts, with early ways out, by the error function and by a polynomial.
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

static double normal(double x) { return 0.5 * (1.0 + erf(x * 0.7071067811865476)); }

void black_scholes_erf(int64_t n, const double* restrict spot, const double* restrict strike,
                       const double* restrict years, double rate, const double* restrict volatility,
                       const bool* restrict is_call, double* restrict price) {
  for (int64_t i = 0; i < n; i++) {
    if (years[i] <= 0.0) {
      double value = is_call[i] ? spot[i] - strike[i] : strike[i] - spot[i];
      price[i] = value > 0.0 ? value : 0.0;
      continue;
    }
    double root = volatility[i] * sqrt(years[i]);
    double d1 = (log(spot[i] / strike[i]) + (rate + 0.5 * volatility[i] * volatility[i]) * years[i]) / root;
    double d2 = d1 - root;
    double discounted = strike[i] * exp(-rate * years[i]);
    if (is_call[i]) {
      price[i] = spot[i] * normal(d1) - discounted * normal(d2);
    } else {
      price[i] = discounted * normal(-d2) - spot[i] * normal(-d1);
    }
  }
}

static double normal_polynomial(double x) {
  if (x > 8.0) return 1.0;
  if (x < -8.0) return 0.0;
  double t = 1.0 / (1.0 + 0.2316419 * fabs(x));
  double series = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  double tail = 0.3989422804014327 * exp(-0.5 * x * x) * series;
  return x < 0.0 ? tail : 1.0 - tail;
}

void black_scholes_polynomial(int64_t n, const double* restrict spot, const double* restrict strike,
                              const double* restrict years, double rate, const double* restrict volatility,
                              const bool* restrict is_call, double* restrict price) {
  for (int64_t i = 0; i < n; i++) {
    if (years[i] <= 0.0) {
      double value = is_call[i] ? spot[i] - strike[i] : strike[i] - spot[i];
      price[i] = value > 0.0 ? value : 0.0;
      continue;
    }
    double root = volatility[i] * sqrt(years[i]);
    double d1 = (log(spot[i] / strike[i]) + (rate + 0.5 * volatility[i] * volatility[i]) * years[i]) / root;
    double d2 = d1 - root;
    double discounted = strike[i] * exp(-rate * years[i]);
    if (is_call[i]) {
      price[i] = spot[i] * normal_polynomial(d1) - discounted * normal_polynomial(d2);
    } else {
      price[i] = discounted * normal_polynomial(-d2) - spot[i] * normal_polynomial(-d1);
    }
  }
}
