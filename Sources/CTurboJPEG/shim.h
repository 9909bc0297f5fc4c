// libjpeg-turbo behind its own interface, which reports errors by return value; libjpeg's would jump out of Swift frames.
#ifndef WINDHOVER_CTURBOJPEG_SHIM_H
#define WINDHOVER_CTURBOJPEG_SHIM_H

#include <turbojpeg.h>

#endif
