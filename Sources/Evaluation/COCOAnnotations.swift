/// The pictures of a data set, and which objects of which categories are where: what COCO's instances files say.
package struct COCOAnnotations: Sendable, Hashable {
    package struct Category: Sendable, Hashable {
        package let id: Int
        package let name: String

        package init(id: Int, name: String) {
            self.id = id
            self.name = name
        }
    }

    package struct Image: Sendable, Hashable {
        package let id: Int
        /// Relative to the folder of pictures.
        package let fileName: String
        /// Pixels; nil where the file does not say.
        package let width: Int?
        package let height: Int?

        package init(id: Int, fileName: String, width: Int? = nil, height: Int? = nil) {
            self.id = id
            self.fileName = fileName
            self.width = width
            self.height = height
        }
    }

    /// One object, or a crowd of them.
    package struct Object: Sendable, Hashable {
        package let imageID: Int
        package let categoryID: Int
        package let box: COCOBox
        /// Square pixels of the object itself, which decide whether it is small, medium or large.
        package let area: Double
        /// Detections in a crowd are neither right nor wrong, however many they are.
        package let isCrowd: Bool

        /// - Parameter area: nil for that of the box.
        package init(imageID: Int, categoryID: Int, box: COCOBox, area: Double? = nil, isCrowd: Bool = false) {
            self.imageID = imageID
            self.categoryID = categoryID
            self.box = box
            self.area = area ?? box.area
            self.isCrowd = isCrowd
        }
    }

    /// Ascending by number; numbers differ.
    package let categories: [Category]
    /// Ascending by number; numbers differ.
    package let images: [Image]
    /// As the file lists them; all of listed images and categories.
    package let objects: [Object]
    /// How many objects were left out since their image or category is not listed.
    package let strayCount: Int

    /// Objects of images or categories that are not listed are left out, as the reference implementation does.
    package init(categories: [Category], images: [Image], objects: [Object]) {
        self.categories = categories.sorted { $0.id < $1.id }
        self.images = images.sorted { $0.id < $1.id }
        let (knownImages, knownCategories) = (Set(images.map(\.id)), Set(categories.map(\.id)))
        self.objects = objects.filter { knownImages.contains($0.imageID) && knownCategories.contains($0.categoryID) }
        strayCount = objects.count - self.objects.count
    }
}
