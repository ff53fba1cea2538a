#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

// Swift reads the arguments from /proc: where that is not mounted there are none, not even the program's name.
guard CommandLine.arguments.first?.isEmpty == false else {
  exit(Console().fail("error: the arguments cannot be read: /proc is not mounted", status: 2))
}

exit(Program(Array(CommandLine.arguments.dropFirst())).run())
