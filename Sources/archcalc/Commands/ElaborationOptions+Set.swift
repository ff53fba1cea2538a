import ArchSpec

extension ElaborationOptions {
  /// `H=224`, or several: `N=1,H=224`. A comma within a value, as in `depths=3,4,6,3`, has no name after it.
  ///
  /// - Throws: ``UsageError`` for a name that the network does not have, ``SettingError`` for a value that it cannot have.
  mutating func set(_ text: String, _ parameters: [Parameter], of network: String) throws {
    var items: [String] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      if part.contains("=") || items.isEmpty {
        items.append(String(part))
      } else {
        items[items.count - 1] += "," + part
      }
    }
    for item in items { try setOne(item, parameters, of: network) }
  }

  private mutating func setOne(_ text: String, _ parameters: [Parameter], of network: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw UsageError("--set takes NAME=VALUE, not '\(text)'") }
    guard let parameter = parameters.first(where: { $0.name == parts[0] || $0.symbol.name == parts[0] }) else {
      let near = suggestion(for: parts[0], among: parameters.map(\.name)).map { "did you mean '\($0)'?" }
      throw UsageError("\(network) has no parameter '\(parts[0])'", help: near)
    }
    settings[parameter.name] = try parameter.value(parsing: parts[1])
  }
}
