/// Finds the steps that are best written once, as a block.
struct Extraction {
  struct Candidate {
    /// What the steps are, whatever their numbers.
    var forms: [String]
    var unified: Unification
    /// By how many words the specification becomes shorter.
    var saved: Int
    var references: [String: Int]
  }

  private(set) var best: Candidate?

  private static let longest = 16
  private static let mostParameters = 6
  private static let mostTried = 32

  /// Steps that stand in one body at some place; those of the same form have the same key.
  private struct Place {
    var count = 0
    var size = 0
    var length = 0
    var order = 0
    var forms: [String] = []
  }

  init(_ recovered: Recovered) {
    let references = recovered.references
    let bodies = recovered.blocks.map(\.body) + [recovered.network]
    var places: [[Int]: Place] = [:]
    var ids: [String: Int] = [:]
    for body in bodies { Self.collect(body, &places, &ids) }
    func bound(_ place: Place) -> Int { (place.count - 1) * place.size - 4 - place.count }
    let promising = places.values.filter { $0.count > 1 && bound($0) > 3 }
      .sorted { (bound($0), -$0.length, -$0.order) > (bound($1), -$1.length, -$1.order) }
    for place in promising.prefix(Self.mostTried) {
      if let best, bound(place) <= best.saved { break }
      var instances: [[Step]] = []
      for body in bodies { Self.find(body, place.forms, references, &instances) }
      guard instances.count > 1, let unified = Unification(instances), unified.parameters.count <= Self.mostParameters
      else { continue }
      let calls = zip(unified.arguments, instances).reduce(0) { sum, call in
        sum + 1 + zip(call.0, unified.parameters).filter { $0 != $1.standard }.count
      }
      let saved = instances.reduce(0) { $0 + $1.size } - unified.body.size - 4 - 2 * unified.parameters.count - calls
      guard saved > max(3, best?.saved ?? 0) else { continue }
      best = Candidate(forms: place.forms, unified: unified, saved: saved, references: references)
    }
  }

  private static func collect(_ body: [Step], _ places: inout [[Int]: Place], _ ids: inout [String: Int]) {
    func key(_ form: String) -> Int {
      let id = ids[form] ?? ids.count
      ids[form] = id
      return id
    }
    let forms = body.map(\.form)
    let (keys, unlabelled) = (body.map { key($0.labelledForm) }, forms.map(key))
    let sizes = body.map(\.size)
    // Where a place overlaps the one before it is not counted.
    var ends: [[Int]: Int] = [:]
    for start in body.indices where !body[start].isFixed {
      var size = 0
      for end in start..<min(body.count, start + longest) {
        if body[end].isFixed { break }
        size += sizes[end]
        let key = Array(keys[start..<end]) + [unlabelled[end]]
        if let taken = ends[key], taken >= start { continue }
        ends[key] = end
        var place =
          places[key]
          ?? Place(
            size: size, length: key.count, order: places.count,
            forms: body[start..<end].map(\.labelledForm) + [forms[end]])
        place.count += 1
        places[key] = place
      }
    }
    for step in body { for branch in step.branches { collect(branch, &places, &ids) } }
  }

  /// The steps of a place if they have the given forms and nothing outside goes on from within; what the last one is called
  /// the call will be.
  private static func instance(_ body: [Step], at start: Int, _ forms: [String], _ references: [String: Int]) -> [Step]?
  {
    let end = start + forms.count
    guard end <= body.count, body[end - 1].form == forms[forms.count - 1],
      zip(body[start..<end - 1], forms).allSatisfy({ $0.labelledForm == $1 })
    else { return nil }
    var steps = Array(body[start..<end])
    steps[steps.count - 1].label = nil
    return steps.isClosed(references) ? steps : nil
  }

  private static func find(_ body: [Step], _ forms: [String], _ references: [String: Int], _ instances: inout [[Step]])
  {
    var start = 0
    while start < body.count {
      if let instance = instance(body, at: start, forms, references) {
        instances.append(instance)
        start += forms.count
      } else {
        for branch in body[start].branches { find(branch, forms, references, &instances) }
        start += 1
      }
    }
  }

  /// The body with calls in the places that a candidate stands for, in the order in which they are found.
  static func replaced(_ body: [Step], _ candidate: Candidate, _ calls: inout ArraySlice<Step>) -> [Step] {
    var result: [Step] = []
    var start = 0
    while start < body.count {
      if let instance = instance(body, at: start, candidate.forms, candidate.references), var call = calls.popFirst() {
        call.origin = instance.origin
        call.label = body[start + candidate.forms.count - 1].label
        result.append(call)
        start += candidate.forms.count
      } else {
        var step = body[start]
        step.branches = step.branches.map { replaced($0, candidate, &calls) }
        result.append(step)
        start += 1
      }
    }
    return result
  }
}

extension Step {
  /// What stands for itself: inputs and outputs.
  fileprivate var isFixed: Bool {
    if case .output = head { true } else { head == .call("input") }
  }

  /// What it is without its numbers and its label.
  fileprivate var form: String {
    var text: String
    switch head {
    case .call(let name): text = name
    case .merge(let kind): text = kind.rawValue
    case .repetition: text = "repeat"
    case .output(let name): text = "output " + name
    }
    for branch in branches { text += "{" + branch.map(\.labelledForm).joined(separator: " ") + "}" }
    return text
  }

  fileprivate var labelledForm: String { label == nil ? form : form + ":" }
}
