import ArchReport
import ArchRuntime

/// The methods that were found to be the quickest on this machine, kept in the user's cache folder, a line for each
/// layer: ISA, threads, images, input channels, height, width, output channels, the padding from the top clockwise, and
/// the output pixels along a side of Winograd's tile, or 1 for the direct method.
struct TuneCache {
  /// ISA and threads, as lines begin with them.
  private let place: String

  init(_ request: RunRequest) { place = "\(request.isa.rawValue) \(request.threads)" }

  /// What is known of layers for this instruction set and so many threads.
  func load() -> [WinogradPolicy.Layer: Int] {
    Self.kept.reduce(into: [:]) { found, entry in
      if entry.place == place { found[entry.layer] = entry.outputs }
    }
  }

  /// Replaces what is kept of the same layers. A cache that cannot be written is none.
  func store(_ found: [WinogradPolicy.Layer: Int]) {
    let others = Self.kept.filter { $0.place != place || found[$0.layer] == nil }
    let new = found.map { Entry(place: place, layer: $0.key, outputs: $0.value) }
    CacheFolder.replace(Self.file, with: Self.text(others + new))
  }

  struct Entry: Hashable {
    /// ISA and threads.
    var place: String
    var layer: WinogradPolicy.Layer
    var outputs: Int

    fileprivate var line: String {
      let (shape, padding) = (layer.shape, layer.shape.padding)
      let numbers = [
        layer.images, shape.inputChannels, layer.height, layer.width, shape.outputChannels, padding.top, padding.right,
        padding.bottom, padding.left, outputs,
      ]
      return place + numbers.map { " \($0)" }.joined() + "\n"
    }
  }

  static func text(_ entries: [Entry]) -> String { entries.map(\.line).sorted().joined() }

  /// A line that is not understood is none.
  static func entries(in bytes: [UInt8]) -> [Entry] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ", maxSplits: 2)
      let numbers = words.last?.split(separator: " ").compactMap { Int($0) } ?? []
      guard words.count == 3, InstructionSet(rawValue: String(words[0])) != nil, let threads = Int(words[1]),
        numbers.count == 10, WinogradPolicy.tiles.contains(numbers[9]),
        numbers.allSatisfy({ (0...1 << 40).contains($0) })
      else { return nil }
      var shape = ConvolutionShape(inputChannels: numbers[1], outputChannels: numbers[4], kernel: 3)
      shape.padding = Halo(top: numbers[5], left: numbers[8], bottom: numbers[7], right: numbers[6])
      let layer = WinogradPolicy.Layer(shape, images: numbers[0], height: numbers[2], width: numbers[3])
      return Entry(place: "\(words[0]) \(threads)", layer: layer, outputs: numbers[9])
    }
  }

  private static var kept: [Entry] { CacheFolder.read(file).map { entries(in: $0) } ?? [] }

  private static let file = "tune"
}
