// What a shared library shows of itself.
#pragma once

#define ROOFTOP_API [[gnu::visibility("default")]]
