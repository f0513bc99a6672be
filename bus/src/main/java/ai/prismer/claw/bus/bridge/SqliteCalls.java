package ai.prismer.claw.bus.bridge;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The calls of SQLite's C library that {@link Sqlite} makes. The library is loaded with this class,
 * so a bus with another bridge never has it in memory.
 */
enum SqliteCalls {
  OPEN("sqlite3_open_v2", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS),
  CLOSE("sqlite3_close_v2", JAVA_INT, ADDRESS),
  INTERRUPT("sqlite3_interrupt", ADDRESS),
  BUSY_TIMEOUT("sqlite3_busy_timeout", JAVA_INT, ADDRESS, JAVA_INT),
  LIMIT("sqlite3_limit", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
  MESSAGE("sqlite3_errmsg", ADDRESS, ADDRESS),
  PREPARE("sqlite3_prepare_v2", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS),
  BIND_TEXT("sqlite3_bind_text", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS),
  BIND_NUMBER("sqlite3_bind_int64", JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG),
  STEP("sqlite3_step", JAVA_INT, ADDRESS),
  COLUMN_TEXT("sqlite3_column_text", ADDRESS, ADDRESS, JAVA_INT),
  COLUMN_BYTES("sqlite3_column_bytes", JAVA_INT, ADDRESS, JAVA_INT),
  COLUMN_NUMBER("sqlite3_column_int64", JAVA_LONG, ADDRESS, JAVA_INT),
  FINALIZE("sqlite3_finalize", JAVA_INT, ADDRESS);

  private final MethodHandle handle;

  /** The first layout is the result's, unless the call has none. */
  SqliteCalls(String name, MemoryLayout... shape) {
    this.handle = Library.find(name, shape);
  }

  /** In a class of its own, because constants come before an enum's other fields. */
  private static final class Library {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup SYMBOLS = open();

    // Not allowed by a flag of the launcher: with --enable-native-access the JVM uses no archived
    // module graph, and every start of every bus would pay for this bridge. It says so once.
    @SuppressWarnings("restricted")
    private static SymbolLookup open() {
      return SymbolLookup.libraryLookup("libsqlite3.so.0", Arena.global());
    }

    @SuppressWarnings("restricted")
    static MethodHandle find(String name, MemoryLayout... shape) {
      boolean silent = name.equals("sqlite3_interrupt");
      FunctionDescriptor descriptor =
          silent
              ? FunctionDescriptor.ofVoid(shape)
              : FunctionDescriptor.of(
                  shape[0], java.util.Arrays.copyOfRange(shape, 1, shape.length));
      return LINKER.downcallHandle(SYMBOLS.findOrThrow(name), descriptor);
    }
  }

  /** Makes a call whose result is a number. */
  long number(Object... arguments) {
    return call(arguments) instanceof Number result ? result.longValue() : 0;
  }

  /** Makes a call whose result is an address. */
  MemorySegment address(Object... arguments) {
    return call(arguments) instanceof MemorySegment result ? result : MemorySegment.NULL;
  }

  private @org.jspecify.annotations.Nullable Object call(Object... arguments) {
    try {
      return handle.invokeWithArguments(arguments);
    } catch (Throwable unexpected) {
      throw new IllegalStateException("the call of SQLite failed", unexpected);
    }
  }
}
