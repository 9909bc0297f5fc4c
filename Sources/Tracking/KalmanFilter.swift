import Imaging

/// Constant-velocity Kalman filter over a box as centre x, centre y, aspect ratio (width / height) and height.
///
/// The noise model is ByteTrack's: standard deviations proportional to the height. Nothing in it couples the four values,
/// so the 8 x 8 covariance is four 2 x 2 blocks and the filter is four scalar ones, with equal results.
struct KalmanFilter: Sendable, Hashable {
    /// Position and velocity of one value with their covariance.
    struct Axis: Sendable, Hashable {
        var position: Double
        var velocity = 0.0
        var positionVariance: Double
        var covariance = 0.0
        var velocityVariance: Double

        mutating func predict(positionNoise: Double, velocityNoise: Double) {
            position += velocity
            positionVariance += 2 * covariance + velocityVariance + positionNoise * positionNoise
            covariance += velocityVariance
            velocityVariance += velocityNoise * velocityNoise
        }

        mutating func update(_ measured: Double, noise: Double) {
            let innovation = measured - position
            let total = positionVariance + noise * noise
            let (gain, velocityGain) = (positionVariance / total, covariance / total)
            position += gain * innovation
            velocity += velocityGain * innovation
            velocityVariance -= velocityGain * covariance
            covariance -= gain * covariance
            positionVariance -= gain * positionVariance
        }
    }

    private static let positionWeight = 1.0 / 20
    private static let velocityWeight = 1.0 / 160

    var x: Axis
    var y: Axis
    var aspect: Axis
    var height: Axis

    /// A filter at rest on its first measurement.
    init(_ box: BoundingBox) {
        let measured = Measurement(box)
        let position = 2 * Self.positionWeight * measured.height
        let velocity = 10 * Self.velocityWeight * measured.height
        func axis(_ value: Double, _ position: Double, _ velocity: Double) -> Axis {
            Axis(position: value, positionVariance: position * position, velocityVariance: velocity * velocity)
        }
        x = axis(measured.x, position, velocity)
        y = axis(measured.y, position, velocity)
        aspect = axis(measured.aspect, 1e-2, 1e-5)
        height = axis(measured.height, position, velocity)
    }

    /// Moves the state one frame on.
    mutating func predict() {
        let position = Self.positionWeight * height.position
        let velocity = Self.velocityWeight * height.position
        x.predict(positionNoise: position, velocityNoise: velocity)
        y.predict(positionNoise: position, velocityNoise: velocity)
        aspect.predict(positionNoise: 1e-2, velocityNoise: 1e-5)
        height.predict(positionNoise: position, velocityNoise: velocity)
    }

    /// Corrects the state by a detection.
    mutating func update(_ box: BoundingBox) {
        let measured = Measurement(box)
        let noise = Self.positionWeight * height.position
        x.update(measured.x, noise: noise)
        y.update(measured.y, noise: noise)
        aspect.update(measured.aspect, noise: 1e-1)
        height.update(measured.height, noise: noise)
    }

    /// The box of the present state.
    var box: TrackedBox {
        let width = aspect.position * height.position
        return TrackedBox(
            x: x.position - width / 2, y: y.position - height.position / 2, width: width, height: height.position)
    }
}

/// A detection in the filter's terms.
private struct Measurement {
    let x: Double
    let y: Double
    let aspect: Double
    let height: Double

    init(_ box: BoundingBox) {
        height = Double(box.height)
        aspect = height > 0 ? Double(box.width) / height : 0
        x = Double(box.x) + Double(box.width) / 2
        y = Double(box.y) + height / 2
    }
}

/// A box in double precision, so that results do not depend on how an optimiser rounds.
struct TrackedBox: Sendable, Hashable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    init(x: Double, y: Double, width: Double, height: Double) {
        (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    init(_ box: BoundingBox) {
        self.init(x: Double(box.x), y: Double(box.y), width: Double(box.width), height: Double(box.height))
    }

    /// Intersection over union in 0...1, counting pixels as the paper's code does: a box from 3 to 7 has five of them.
    /// Results equal those of the reference tracker only with this count.
    func intersectionOverUnion(with other: TrackedBox) -> Double {
        let overlapX = min(x + width, other.x + other.width) - max(x, other.x) + 1
        let overlapY = min(y + height, other.y + other.height) - max(y, other.y) + 1
        guard overlapX > 0, overlapY > 0 else { return 0 }
        let intersection = overlapX * overlapY
        return intersection / (pixelCount + other.pixelCount - intersection)
    }

    private var pixelCount: Double { (width + 1) * (height + 1) }
}
