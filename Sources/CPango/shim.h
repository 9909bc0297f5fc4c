// Pango on Cairo. GObject's cast and unref macros are generic pointers in Swift, hence the two typed releases.
#ifndef WINDHOVER_CPANGO_SHIM_H
#define WINDHOVER_CPANGO_SHIM_H

#include <pango/pangocairo.h>

static inline void wh_release_layout(PangoLayout *layout) { g_object_unref(layout); }
static inline void wh_release_context(PangoContext *context) { g_object_unref(context); }

// PANGO_SCALE-based rounding macros.
static inline int wh_pango_scale(void) { return PANGO_SCALE; }

#endif
