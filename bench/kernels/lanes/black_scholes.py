"""Black-Scholes prices of calls and puts, with early ways out, by the error function and by a polynomial."""

import math

import numpy as np
from _suite import Kernel


def normal(x):
    return 0.5 * (1.0 + math.erf(x * 0.7071067811865476))


def black_scholes_erf(spot, strike, years, rate, volatility, is_call, price):
    for i in range(price.shape[0]):
        if years[i] <= 0.0:
            value = spot[i] - strike[i] if is_call[i] else strike[i] - spot[i]
            price[i] = max(value, 0.0)
            continue
        root = volatility[i] * math.sqrt(years[i])
        d1 = (math.log(spot[i] / strike[i]) + (rate + 0.5 * volatility[i] * volatility[i]) * years[i]) / root
        d2 = d1 - root
        discounted = strike[i] * math.exp(-rate * years[i])
        if is_call[i]:
            price[i] = spot[i] * normal(d1) - discounted * normal(d2)
        else:
            price[i] = discounted * normal(-d2) - spot[i] * normal(-d1)


def normal_polynomial(x):
    """Abramowitz and Stegun 26.2.17."""
    if x > 8.0:
        return 1.0
    if x < -8.0:
        return 0.0
    t = 1.0 / (1.0 + 0.2316419 * abs(x))
    series = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    tail = 0.3989422804014327 * math.exp(-0.5 * x * x) * series
    if x < 0.0:
        return tail
    return 1.0 - tail


def black_scholes_polynomial(spot, strike, years, rate, volatility, is_call, price):
    for i in range(price.shape[0]):
        if years[i] <= 0.0:
            value = spot[i] - strike[i] if is_call[i] else strike[i] - spot[i]
            price[i] = max(value, 0.0)
            continue
        root = volatility[i] * math.sqrt(years[i])
        d1 = (math.log(spot[i] / strike[i]) + (rate + 0.5 * volatility[i] * volatility[i]) * years[i]) / root
        d2 = d1 - root
        discounted = strike[i] * math.exp(-rate * years[i])
        if is_call[i]:
            price[i] = spot[i] * normal_polynomial(d1) - discounted * normal_polynomial(d2)
        else:
            price[i] = discounted * normal_polynomial(-d2) - spot[i] * normal_polynomial(-d1)


def inputs(random, n):
    years = random.uniform(0.1, 3.0, n)
    years[random.random(n) < 0.05] = 0.0  # expired
    return {
        "spot": random.uniform(20.0, 180.0, n),
        "strike": random.uniform(40.0, 160.0, n),
        "years": years,
        "rate": 0.03,
        "volatility": random.uniform(0.1, 0.6, n),
        "is_call": random.random(n) < 0.5,
        "price": np.zeros(n),
    }


KERNELS = (
    Kernel(black_scholes_erf, inputs, ("price",), {"n": 200_000}, {"n": 500}, helpers=(normal,)),
    Kernel(black_scholes_polynomial, inputs, ("price",), {"n": 200_000}, {"n": 500}, helpers=(normal_polynomial,)),
)
