import Builtin

/// Tells the core that this thread waits for memory to change: it leaves resources to its sibling and saves power.
@_alwaysEmitIntoClient @inline(__always)
public func spinHint() {
  #if arch(x86_64)
  Builtin.int_x86_sse2_pause()
  #endif
}
