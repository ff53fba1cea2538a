import ArchAlgebra
import ArchIR

/// Which of a network's 3×3 layers are computed by Winograd's method, and with which tile.
public enum WinogradPolicy: Hashable, Sendable {
  /// None: its results differ from the definition's in the sixth digit.
  case never
  /// Those for which the model of cycles says so: the same everywhere.
  case modelled
  /// All that can be, by F(m×m, 3×3) with m = 2, 4 or 6; none with m = 1.
  case everywhere(Int)
  /// Those that were measured to be quicker by it, by m of each (1 where the direct method is); others as modelled.
  case measured([Layer: Int])

  /// The output pixels along a side of the tiles that there are; 1 is the direct method.
  public static let tiles = [1, 2, 4, 6]

  /// A convolution at the size that a network gives it.
  public struct Layer: Hashable, Sendable {
    public var shape: ConvolutionShape
    public var images: Int
    public var height: Int
    public var width: Int

    /// - height, width: of the input.
    public init(_ shape: ConvolutionShape, images: Int, height: Int, width: Int) {
      self.shape = shape
      self.images = images
      self.height = height
      self.width = width
    }

    /// The convolution of a step, at the size of what it works on; nil for other steps.
    init?(_ step: FusedStep, _ graph: Graph<Int>, _ fusion: Fusion) {
      guard case .convolution(let convolution) = graph.nodes[step.main].op, !convolution.isTransposed else {
        return nil
      }
      let operand = fusion.source[graph.nodes[step.main].inputs[0]]
      guard let input = TensorShape(graph.nodes[operand].output) else { return nil }
      self.init(
        ConvolutionShape(convolution, inputChannels: input.channels), images: input.images, height: input.height,
        width: input.width)
    }
  }

  /// - Returns: nil where the layer is computed directly.
  func choice(_ layer: Layer, kernels: Kernels) -> WinogradChoice? {
    guard WinogradChoice.applies(to: layer.shape) else { return nil }
    let outputs: Int?
    switch self {
    case .never: return nil
    case .modelled: outputs = nil
    case .everywhere(let all): outputs = all
    case .measured(let found): outputs = found[layer]
    }
    guard let outputs else {
      return WinogradChoice.best(
        layer.shape, images: layer.images, height: layer.height, width: layer.width, kernels: kernels)
    }
    guard outputs > 1 else { return nil }
    return WinogradChoice.of(
      outputs, layer.shape, images: layer.images, height: layer.height, width: layer.width, kernels: kernels)
  }
}
