import ArchAlgebra

/// Which parameters a network still has when its input is replaced: `resolution` says nothing any more where another
/// size is given.
struct InputOverride {
  /// The names that were looked up, but for those in the input that is replaced.
  var used: Set<String> = []
  /// The names that the value of a constant depends on.
  private var usedByConstant: [String: Set<String>] = [:]
  /// The names in the input that is replaced.
  var replaced: Set<String> = []

  mutating func use(_ name: String) {
    used.insert(name)
    if let names = usedByConstant[name] { used.formUnion(names) }
  }

  /// - Returns: what was used before, for ``endConstant(_:_:)``.
  mutating func beginConstant() -> Set<String> {
    defer { used = [] }
    return used
  }

  mutating func endConstant(_ name: String, _ outer: Set<String>) {
    usedByConstant[name] = used
    used = outer
  }

  /// Takes out the parameters that only the replaced input had, and the conditions that speak of them.
  ///
  /// - Throws: ``SettingError`` for one of them that was given a value.
  func remove<D>(from architecture: inout Architecture<D>, given settings: [String: Value]) throws {
    var removed: Set<Symbol> = []
    architecture.settings = try architecture.settings.filter { setting in
      let names = [setting.parameter.name, setting.parameter.symbol.name]
      guard names.contains(where: replaced.contains), !names.contains(where: used.contains) else { return true }
      if let value = settings[setting.parameter.name] {
        throw SettingError(
          parameter: setting.parameter.name, value: value.description,
          reason: "another input is asked for, which replaces it")
      }
      removed.insert(setting.parameter.symbol)
      return false
    }
    architecture.conditions.removeAll { condition in
      !condition.left.symbols.union(condition.right.symbols).isDisjoint(with: removed)
    }
  }
}
