/// A run as events that chrome://tracing and Perfetto show.
public struct ChromeTrace {
  public struct Event: Sendable {
    public var name: String
    public var category: String
    /// Seconds.
    public var start: Double
    public var duration: Double

    public init(name: String, category: String, start: Double, duration: Double) {
      self.name = name
      self.category = category
      self.start = start
      self.duration = duration
    }
  }

  public var events: [Event]

  /// The steps of each run of a profile, one run after the other.
  public init(_ profile: Profile, of plan: BatchPlan) {
    events = []
    var start = 0.0
    for run in profile.steps {
      for (step, seconds) in zip(plan.steps, run) {
        events.append(Event(name: step.name, category: step.algorithm, start: start, duration: seconds))
        start += seconds
      }
    }
  }

  /// The trace event format, times in microseconds.
  public var json: String {
    let lines = events.map { event in
      "{\"name\": \(Self.quoted(event.name)), \"cat\": \(Self.quoted(event.category)), \"ph\": \"X\", \"pid\": 1, "
        + "\"tid\": 1, \"ts\": \(Self.microseconds(event.start)), \"dur\": \(Self.microseconds(event.duration))}"
    }
    return "{\"traceEvents\": [\n" + lines.joined(separator: ",\n") + "\n]}\n"
  }

  /// Three digits after the point, whatever the size.
  private static func microseconds(_ seconds: Double) -> String {
    let nanoseconds = Int((seconds * 1e9).rounded())
    let rest = String(nanoseconds % 1000)
    return "\(nanoseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
