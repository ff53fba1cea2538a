import Builtin

/// Asks for the cache line at an address to be brought into the second-level cache. Any address may be given.
@_alwaysEmitIntoClient @inline(__always)
func prefetch(_ address: UnsafePointer<Float>) {
  Builtin.int_prefetch_RawPointer(address._rawValue, (0 as Int32)._value, (2 as Int32)._value, (1 as Int32)._value)
}
