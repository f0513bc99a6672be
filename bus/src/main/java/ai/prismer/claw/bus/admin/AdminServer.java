package ai.prismer.claw.bus.admin;

import ai.prismer.claw.bus.Bus;
import ai.prismer.claw.bus.journal.DeadLetter;
import ai.prismer.claw.bus.journal.JournalStatistics;
import ai.prismer.claw.bus.server.ChannelEndpoint;
import ai.prismer.claw.contract.BusClient;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The socket for people and their tools: one line in, an answer out, and the end. The first line of
 * the answer is {@code ok} or {@code error SENTENCE}.
 *
 * <p>It lies where no other container's mount shows it: who can reach it can run programs in the
 * bus's container anyway.
 */
public final class AdminServer implements AutoCloseable {
  private static final int LONGEST_COMMAND = 64 * 1024;
  private static final int AT_ONCE = 4;

  /** Longer than a client waits; a peer that neither speaks nor reads holds no place for ever. */
  private static final Duration PATIENCE = BusClient.PATIENCE.plusSeconds(5);

  private final Bus bus;
  private final DeadLetterDesk desk;
  private final Path address;
  private final ServerSocketChannel listener;
  private final Semaphore room = new Semaphore(AT_ONCE);
  private final JsonFactory json = new JsonFactory();

  /** Listens at {@code address}; what lies there from an earlier process is removed. */
  public AdminServer(Bus bus, Path address) throws IOException {
    this.bus = bus;
    this.desk = new DeadLetterDesk(bus);
    this.address = address;
    Path folder = address.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.deleteIfExists(address);
    this.listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(address));
    Thread.ofPlatform().daemon().name("admin").start(this::accept);
  }

  private void accept() {
    while (listener.isOpen()) {
      try {
        SocketChannel peer = listener.accept();
        if (room.tryAcquire()) {
          Thread.ofVirtual().start(() -> serve(peer));
        } else {
          peer.close();
        }
      } catch (IOException closed) {
        // The end, or a peer that was gone before it was looked at.
      }
    }
  }

  private void serve(SocketChannel peer) {
    Thread limit = Thread.ofVirtual().start(() -> endLater(peer));
    try (peer;
        OutputStream out = Channels.newOutputStream(peer)) {
      String command = readLine(Channels.newInputStream(peer));
      try {
        answer(command.strip().split(" +", -1), out);
      } catch (IllegalArgumentException | IOException | CompletionException refused) {
        out.write(("error " + refused.getMessage() + "\n").getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException gone) {
      // Nobody is left to be told.
    } finally {
      limit.interrupt();
      room.release();
    }
  }

  private static void endLater(SocketChannel peer) {
    try (peer) {
      Thread.sleep(PATIENCE);
    } catch (InterruptedException | IOException over) {
      // It was served in time, or was closed already.
    }
  }

  private static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0 || line.length() == LONGEST_COMMAND) {
        throw new IOException("no command");
      }
      line.append((char) next);
    }
    return line.toString();
  }

  private void answer(String[] words, OutputStream out) throws IOException {
    if (words.length == 1 && words[0].equals("status")) {
      ok(out, status());
    } else if (words.length >= 2 && words[0].equals("dlq")) {
      deadLetters(words, out);
    } else {
      throw new IllegalArgumentException(
          "unknown command; status, dlq list, dlq show ID, dlq replay ID..., dlq purge ID...");
    }
  }

  private void deadLetters(String[] words, OutputStream out) throws IOException {
    switch (words[1]) {
      case "list" -> ok(out, list());
      case "show" -> {
        long id = ids(words, 3).getFirst();
        if (desk.list().stream().noneMatch(letter -> letter.id() == id)) {
          throw new IllegalArgumentException("there is no dead letter " + id);
        }
        out.write("ok\n".getBytes(StandardCharsets.US_ASCII));
        boolean _ = desk.show(id, out);
        out.write('\n');
      }
      case "replay" -> {
        List<Long> ids = ids(words, Integer.MAX_VALUE);
        replay(ids);
        ok(out, "replayed " + ids.size() + "\n");
      }
      case "purge" -> ok(out, "purged " + desk.purge(ids(words, Integer.MAX_VALUE)) + "\n");
      default -> throw new IllegalArgumentException("unknown command dlq " + words[1]);
    }
  }

  /** One after the other; who is told that one cannot be, is told how many were. */
  private void replay(List<Long> ids) throws IOException {
    int done = 0;
    for (long id : ids) {
      try {
        desk.replay(id);
        done++;
      } catch (IOException refused) {
        throw done == 0
            ? refused
            : new IOException(refused.getMessage() + "; replayed before it: " + done, refused);
      }
    }
  }

  private static List<Long> ids(String[] words, int mostWords) {
    if (words.length < 3 || words.length > mostWords) {
      throw new IllegalArgumentException("dlq " + words[1] + " wants the id of a dead letter");
    }
    List<Long> ids = new ArrayList<>();
    for (int i = 2; i < words.length; i++) {
      if (!words[i].matches("\\d{1,18}")) {
        throw new IllegalArgumentException("\"" + words[i] + "\" is not the id of a dead letter");
      }
      ids.add(Long.parseLong(words[i]));
    }
    return ids;
  }

  private static void ok(OutputStream out, String text) throws IOException {
    out.write(("ok\n" + text).getBytes(StandardCharsets.UTF_8));
  }

  private interface Line {
    void write(JsonGenerator json) throws IOException;
  }

  /** One JSON object on a line. */
  private String line(Line content) throws IOException {
    java.io.StringWriter text = new java.io.StringWriter();
    try (JsonGenerator generator = json.createGenerator(text)) {
      generator.writeStartObject();
      content.write(generator);
      generator.writeEndObject();
    }
    return text + "\n";
  }

  private String list() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (DeadLetter letter : desk.list()) {
      lines.append(
          line(object -> {
            object.writeNumberField("id", letter.id());
            object.writeStringField("channel", desk.channel(letter));
            object.writeStringField("direction", letter.lane().outbound() ? "outbound" : "inbound");
            object.writeNumberField("attempts", letter.attempts());
            object.writeStringField("died", letter.died().toString());
            object.writeStringField("reason", letter.reason());
            object.writeNumberField("bytes", letter.bytes());
          }));
    }
    return lines.toString();
  }

  private String status() {
    JournalStatistics journal = bus.journal().statistics().join();
    return bus.ask(() -> statusNow(journal)).join();
  }

  private String statusNow(JournalStatistics journal) {
    try {
      StringBuilder lines = new StringBuilder();
      lines.append(
          line(object -> {
            object.writeBooleanField("runtimeConnected", bus.runtime().isUp());
            object.writeNumberField("turnsInFlight", bus.runtime().inFlight());
            object.writeNumberField("turnsUnknown", bus.runtime().unknownCount());
            object.writeStringField("disk", bus.journal().pressure().name());
          }));
      for (ChannelEndpoint channel : bus.channels()) {
        lines.append(line(object -> channel(object, channel, journal)));
      }
      return lines.toString();
    } catch (IOException impossible) {
      throw new IllegalStateException("writing to memory failed", impossible);
    }
  }

  private static void channel(
      JsonGenerator object, ChannelEndpoint channel, JournalStatistics journal) throws IOException {
    object.writeStringField("channel", channel.settings().name());
    object.writeStringField("mode", channel.settings().mode().word());
    object.writeBooleanField("connected", channel.isConnected());
    object.writeStringField("backpressure", channel.pressure().word());
    object.writeStringField("lastError", channel.lastError());
    object.writeNumberField("inboundOwed", channel.inbound().owed());
    object.writeNumberField("outboundOwed", channel.outbound().owed());
    object.writeNumberField(
        "retryCount", channel.inbound().retries() + channel.outbound().retries());
    object.writeNumberField(
        "deadLetterCount",
        journal.deadLetters(channel.inbound().lane())
            + journal.deadLetters(channel.outbound().lane()));
  }

  /**
   * Sends a command to the bus that listens at {@code address}, and copies its answer.
   *
   * @return null, or what the bus says was wrong
   */
  public static @Nullable String ask(Path address, List<String> command, OutputStream out)
      throws IOException {
    try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.connect(UnixDomainSocketAddress.of(address));
      OutputStream to = Channels.newOutputStream(socket);
      to.write((String.join(" ", command) + "\n").getBytes(StandardCharsets.UTF_8));
      InputStream in = Channels.newInputStream(socket);
      String first = readLine(in);
      if (!first.equals("ok")) {
        return first.startsWith("error ") ? first.substring("error ".length()) : first;
      }
      in.transferTo(out);
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    Files.deleteIfExists(address);
  }
}
