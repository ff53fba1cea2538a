extension BlockedView {
  /// Copies (images, channels, height, width) into the view; the lanes after the last channel become zero.
  public func fill(fromPlanar source: UnsafePointer<Float>, on pool: ThreadPool? = nil) {
    nonisolated(unsafe) let source = source
    forEachBlock(on: pool) { image, block in
      let channel = block * lanes
      let planes = Planes(
        first: source + (image * channels + channel) * pixels, stride: pixels, count: min(lanes, channels - channel))
      forEachRun(image: image, block: block) { target, pixel, count in
        planes.interleave(pixel..<(pixel + count), into: target, lanes: lanes)
      }
    }
  }

  /// Copies the view to (images, channels, height, width).
  public func write(toPlanar target: UnsafeMutablePointer<Float>, on pool: ThreadPool? = nil) {
    nonisolated(unsafe) let target = target
    forEachBlock(on: pool) { image, block in
      let channel = block * lanes
      let planes = MutablePlanes(
        first: target + (image * channels + channel) * pixels, stride: pixels, count: min(lanes, channels - channel))
      forEachRun(image: image, block: block) { source, pixel, count in
        planes.separate(source, into: pixel..<(pixel + count), lanes: lanes)
      }
    }
  }

  private func forEachBlock(on pool: ThreadPool?, _ body: @Sendable (_ image: Int, _ block: Int) -> Void) {
    guard let pool else {
      for item in 0..<images * blocks { body(item / blocks, item % blocks) }
      return
    }
    pool.forEach(images * blocks) { item, _ in body(item / blocks, item % blocks) }
  }

  /// The pixels of a block, by as many neighbours as lie together and as a first-level cache holds.
  private func forEachRun(
    image: Int, block: Int, _ body: (_ first: UnsafeMutablePointer<Float>, _ pixel: Int, _ count: Int) -> Void
  ) {
    let (lines, length) = rowsTouch ? (1, pixels) : (height, width)
    for y in 0..<lines {
      let start = row(image: image, block: block, row: y)
      for x in stride(from: 0, to: length, by: Self.run) {
        body(start + x * lanes, y * length + x, min(Self.run, length - x))
      }
    }
  }

  private static let run = 128
}

/// The planes of a block's channels, at most as many as it has lanes.
private struct Planes {
  let first: UnsafePointer<Float>
  /// Floats from a plane to the next.
  let stride: Int
  let count: Int

  /// Writes the pixels' values side by side; the lanes that have no plane become zero.
  func interleave(_ pixels: Range<Int>, into target: UnsafeMutablePointer<Float>, lanes: Int) {
    let start = first + pixels.lowerBound
    let wholePixels = pixels.count & ~3
    let wholePlanes = count & ~3
    for lane in Swift.stride(from: 0, to: wholePlanes, by: 4) {
      let plane = start + lane * stride
      for x in Swift.stride(from: 0, to: wholePixels, by: 4) {
        FourByFour(plane + x, stride: stride).transposed.store(target + x * lanes + lane, stride: lanes)
      }
      for x in wholePixels..<pixels.count {
        for next in 0..<4 { target[x * lanes + lane + next] = plane[next * stride + x] }
      }
    }
    for lane in wholePlanes..<lanes {
      if lane < count {
        for x in 0..<pixels.count { target[x * lanes + lane] = start[lane * stride + x] }
      } else {
        for x in 0..<pixels.count { target[x * lanes + lane] = 0 }
      }
    }
  }
}

private struct MutablePlanes {
  let first: UnsafeMutablePointer<Float>
  /// Floats from a plane to the next.
  let stride: Int
  let count: Int

  /// The other way round.
  func separate(_ source: UnsafePointer<Float>, into pixels: Range<Int>, lanes: Int) {
    let start = first + pixels.lowerBound
    let wholePixels = pixels.count & ~3
    let wholePlanes = count & ~3
    for lane in Swift.stride(from: 0, to: wholePlanes, by: 4) {
      let plane = start + lane * stride
      for x in Swift.stride(from: 0, to: wholePixels, by: 4) {
        FourByFour(source + x * lanes + lane, stride: lanes).transposed.store(plane + x, stride: stride)
      }
      for x in wholePixels..<pixels.count {
        for next in 0..<4 { plane[next * stride + x] = source[x * lanes + lane + next] }
      }
    }
    for lane in wholePlanes..<count {
      for x in 0..<pixels.count { start[lane * stride + x] = source[x * lanes + lane] }
    }
  }
}

/// Four rows of four values, in registers that every instruction set has.
private struct FourByFour {
  private var a, b, c, d: SIMD4<Float>

  private init(_ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>, _ d: SIMD4<Float>) {
    (self.a, self.b, self.c, self.d) = (a, b, c, d)
  }

  @inline(__always)
  init(_ address: UnsafePointer<Float>, stride: Int) {
    let address = UnsafeRawPointer(address)
    let line = stride * MemoryLayout<Float>.stride
    a = address.loadUnaligned(as: SIMD4<Float>.self)
    b = address.loadUnaligned(fromByteOffset: line, as: SIMD4<Float>.self)
    c = address.loadUnaligned(fromByteOffset: 2 * line, as: SIMD4<Float>.self)
    d = address.loadUnaligned(fromByteOffset: 3 * line, as: SIMD4<Float>.self)
  }

  @inline(__always)
  func store(_ address: UnsafeMutablePointer<Float>, stride: Int) {
    let address = UnsafeMutableRawPointer(address)
    let line = stride * MemoryLayout<Float>.stride
    address.storeBytes(of: a, as: SIMD4<Float>.self)
    address.storeBytes(of: b, toByteOffset: line, as: SIMD4<Float>.self)
    address.storeBytes(of: c, toByteOffset: 2 * line, as: SIMD4<Float>.self)
    address.storeBytes(of: d, toByteOffset: 3 * line, as: SIMD4<Float>.self)
  }

  @inline(__always)
  var transposed: FourByFour {
    FourByFour(
      SIMD4(a[0], b[0], c[0], d[0]), SIMD4(a[1], b[1], c[1], d[1]), SIMD4(a[2], b[2], c[2], d[2]),
      SIMD4(a[3], b[3], c[3], d[3]))
  }
}
