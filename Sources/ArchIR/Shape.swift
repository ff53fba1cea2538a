import ArchAlgebra

/// The extents of a tensor: batch, channels, then the spatial extents; `[N, C, H, W]` for an image.
///
/// A tensor without spatial extents, `[N, F]`, is what a linear layer takes and gives.
public struct Shape<D: Dimension>: Hashable, Sendable {
  public var extents: [D]

  public init(_ extents: [D]) { self.extents = extents }

  public var rank: Int { extents.count }
  public var batch: D { extents[0] }
  public var channels: D {
    get { extents[1] }
    set { extents[1] = newValue }
  }
  public var spatial: ArraySlice<D> { extents.dropFirst(2) }

  /// The number of elements.
  public func elements() throws -> D { try product(extents) }

  public func map<T: Dimension>(_ transform: (D) throws -> T) rethrows -> Shape<T> {
    Shape<T>(try extents.map(transform))
  }
}

/// The product of some dimensions; 1 of none.
public func product<D: Dimension>(_ factors: some Sequence<D>) throws -> D {
  var result = D(1)
  for factor in factors { result = try result * factor }
  return result
}

/// The sum of some dimensions; 0 of none.
public func sum<D: Dimension>(_ terms: some Sequence<D>) throws -> D {
  var result = D(0)
  for term in terms { result = try result + term }
  return result
}

extension Shape: CustomStringConvertible {
  /// `64×112×112`: what one image of the batch has.
  public var description: String {
    rank < 2 ? extents.map(\.description).joined() : extents.dropFirst().map(\.description).joined(separator: "×")
  }
}
