// volk's own code, compiled here and nowhere else.
#define VOLK_IMPLEMENTATION
#include "vk/handles.h"
