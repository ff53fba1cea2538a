/// The weights of a network that is executed.
///
/// Two networks compute the same function of the same weights only if it is said which weights are the same. Here a
/// weight is known by what it connects: the n-th layer with weights on the way from the input, its output channel, the
/// channel that it reads, the tap. So one grouped convolution and many small ones, side by side, have the same weights.
enum WeightAssignment {
  /// Numbers between −1 and 1 that depend on what a weight connects and on nothing else.
  case byConnection
  /// One at the middle of each kernel: the output counts paths.
  case paths
  /// By connection, but for one number of one layer that is one more.
  case perturbed(node: Int, index: Int)

  func weight(node: Int, index: Int, role: Int, output: Int, input: ScalarTensor.Label, tap: Int, isMiddle: Bool)
    -> Double
  {
    switch self {
    case .byConnection: Self.number(role, output, input.role, input.index, tap)
    case .paths: isMiddle ? 1 : 0
    case .perturbed(let perturbed, let position):
      // Two equal weights may be varied apart: here each is a number of its own.
      Self.number(node, index, 7, 7, 7) + (node == perturbed && index == position ? 1 : 0)
    }
  }

  /// A number between −1 and 1 for any integers (SplitMix64).
  static func number(_ parts: Int...) -> Double {
    var state: UInt64 = 0x243F_6A88_85A3_08D3
    for part in parts {
      state = (state ^ UInt64(bitPattern: Int64(part))) &+ 0x9E37_79B9_7F4A_7C15
      state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
      state ^= state >> 31
    }
    return Double(state >> 11) / Double(1 << 52) - 1
  }
}
