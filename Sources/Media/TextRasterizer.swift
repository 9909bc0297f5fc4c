import CPango
package import Imaging

/// Renders text of any script to coverage masks, in a sans-serif font with fallback for what it lacks. One thread at a time.
package final class TextRasterizer {
    private let description: OpaquePointer

    /// `fontSize`: height of the font's em square in pixels, above 0.
    package init(fontSize: Float) {
        description = pango_font_description_from_string("Sans Bold")
        pango_font_description_set_absolute_size(description, Double(max(1, fontSize)) * Double(wh_pango_scale()))
    }

    deinit { pango_font_description_free(description) }

    /// The mask of one line of text, as wide as the text and as high as the font's line; an empty text has width 0.
    package func rasterize(_ text: String) -> CoverageMask {
        // A layout needs some surface to measure on.
        let probe = Canvas(size: ImageSize(width: 1, height: 1))
        let size = probe.size(of: text, description)
        guard size.width > 0, size.height > 0 else { return CoverageMask(size: size, coverage: []) }
        let canvas = Canvas(size: size)
        canvas.draw(text, description)
        return CoverageMask(size: size, coverage: canvas.coverage())
    }
}

/// An 8-bit coverage surface. Owns a Cairo surface, a Cairo context and a Pango layout.
private final class Canvas {
    private let size: ImageSize
    private let surface: OpaquePointer
    private let context: OpaquePointer
    private let layout: OpaquePointer

    init(size: ImageSize) {
        self.size = size
        surface = cairo_image_surface_create(CAIRO_FORMAT_A8, Int32(size.width), Int32(size.height))
        context = cairo_create(surface)
        layout = pango_cairo_create_layout(context)
        pango_layout_set_single_paragraph_mode(layout, 1)
    }

    deinit {
        wh_release_layout(layout)
        cairo_destroy(context)
        cairo_surface_destroy(surface)
    }

    func size(of text: String, _ font: OpaquePointer) -> ImageSize {
        set(text, font)
        var (width, height) = (Int32(0), Int32(0))
        pango_layout_get_pixel_size(layout, &width, &height)
        // Cairo's surfaces end at 32767 pixels.
        return ImageSize(width: Int(min(max(0, width), 32_000)), height: Int(min(max(0, height), 32_000)))
    }

    func draw(_ text: String, _ font: OpaquePointer) {
        set(text, font)
        pango_cairo_show_layout(context, layout)
        cairo_surface_flush(surface)
    }

    private func set(_ text: String, _ font: OpaquePointer) {
        pango_layout_set_font_description(layout, font)
        pango_layout_set_text(layout, text, Int32(text.utf8.count))
    }

    func coverage() -> [UInt8] {
        let stride = Int(cairo_image_surface_get_stride(surface))
        guard let data = cairo_image_surface_get_data(surface) else { return Array(repeating: 0, count: size.area) }
        return [UInt8](unsafeUninitializedCapacity: size.area) { buffer, initialized in
            for row in 0..<size.height {
                (buffer.baseAddress! + row * size.width).update(from: data + row * stride, count: size.width)
            }
            initialized = size.area
        }
    }
}
