// All of rooftop's C++ interface: `#include <rooftop/rooftop.h>`. The guide is docs/cpp.md.
#pragma once

#include "rooftop/api/array.h"
#include "rooftop/api/compile.h"
#include "rooftop/api/creation.h"
#include "rooftop/api/errors.h"
#include "rooftop/api/functions.h"
#include "rooftop/api/operators.h"
#include "rooftop/api/reductions.h"
#include "rooftop/api/text.h"
#include "rooftop/api/threads.h"
#include "rooftop/api/ufuncs.h"
