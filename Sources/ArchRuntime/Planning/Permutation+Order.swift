import ArchIR

extension Permutation<Int> {
  /// For each channel of the result, the channel of the input that it is.
  func order(of channels: Int) -> [Int] {
    switch self {
    case .shuffle(let groups): DenseKernel.shuffleOrder(channels: channels, groups: groups)
    case .explicit(let order): order
    }
  }
}
