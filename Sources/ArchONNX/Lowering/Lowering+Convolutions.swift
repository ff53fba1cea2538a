import ArchAlgebra
import ArchIR

extension LoweringTable {
  static let convolutions: [String: Lowering] = [
    "Conv": { try $0.convolution($1, weight: 1, bias: 2) },
    "FusedConv": { try $0.convolution($1, weight: 1, bias: 2) },
    "ConvInteger": { try $0.convolution($1, weight: 1, bias: nil) },
    "QLinearConv": { try $0.convolution($1, weight: 3, bias: 8) },
    "ConvTranspose": { try $0.transposedConvolution($1) },
  ]
}

extension Importer {
  fileprivate mutating func convolution(_ node: SourceNode, weight: Int, bias: Int?) throws {
    let kernel = try constant(node, weight)
    let input = try shape(node, 0)
    // kernel is (output channels, input channels of a group, extents…)
    guard kernel.rank == input.rank, kernel.rank > 2 else {
      throw NotCounted("its weight has rank \(kernel.rank) and its input rank \(input.rank)")
    }
    let window = try WindowAttributes(node, kernel: Array(kernel.shape.dropFirst(2)))
    let groups = Expr(node.integer("group") ?? 1)
    let channels = try kernel.shape[1] * groups
    if let order = try channels.ordered(against: input.channels), order != 0 {
      throw NotCounted("its weight is for \(channels) channels and its input has \(input.channels)")
    }
    let hasBias = bias.map(node.hasInput) ?? false
    let op = Op<Expr>.convolution(
      Convolution(
        outputChannels: kernel.shape[0], kernel: window.kernel, stride: window.stride,
        padding: try window.padding(for: input), dilation: window.dilation, groups: groups, hasBias: hasBias))
    let index = try emit(op, [try operand(node, 0)], for: node)
    try attach([(.weight, kernel)] + (hasBias ? [(.bias, try constant(node, bias!))] : []), to: index)
    try define(node, .node(index))
  }

  fileprivate mutating func transposedConvolution(_ node: SourceNode) throws {
    let kernel = try constant(node, 1)
    let input = try shape(node, 0)
    // kernel is (input channels, output channels of a group, extents…)
    guard kernel.rank == input.rank, kernel.rank > 2 else {
      throw NotCounted("its weight has rank \(kernel.rank) and its input rank \(input.rank)")
    }
    let window = try WindowAttributes(node, kernel: Array(kernel.shape.dropFirst(2)))
    let groups = Expr(node.integer("group") ?? 1)
    let added = try node.integers("output_padding")?.map { Expr($0) } ?? window.kernel.map { _ in Expr(0) }
    guard added.count == window.kernel.count else { throw NotCounted("its output padding is not for its kernel") }
    let hasBias = node.hasInput(2)
    let op = Op<Expr>.convolution(
      Convolution(
        outputChannels: try kernel.shape[1] * groups, kernel: window.kernel, stride: window.stride,
        padding: try window.transposedPadding(for: input, added: added, node), dilation: window.dilation,
        groups: groups,
        hasBias: hasBias, isTransposed: true, outputPadding: added))
    let index = try emit(op, [try operand(node, 0)], for: node)
    try attach([(.weight, kernel)] + (hasBias ? [(.bias, try constant(node, 2))] : []), to: index)
    try define(node, .node(index))
  }
}
