package ai.prismer.claw.bus.admin;

import ai.prismer.claw.bus.Bus;
import ai.prismer.claw.bus.journal.DeadLetter;
import ai.prismer.claw.bus.journal.Journal;
import ai.prismer.claw.bus.journal.Lane;
import ai.prismer.claw.bus.journal.Part;
import ai.prismer.claw.bus.router.Arrival;
import ai.prismer.claw.bus.router.BusLane;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What can be done with messages that could not be delivered. A replay stands in the journal before
 * the letter is purged: a crash in between delivers a message twice, never not at all. Any thread;
 * waits for the journal.
 */
final class DeadLetterDesk {
  private final Bus bus;
  private final Journal journal;

  DeadLetterDesk(Bus bus) {
    this.bus = bus;
    this.journal = bus.journal();
  }

  List<DeadLetter> list() throws IOException {
    return get(journal.deadLetters());
  }

  /** Name of the channel that a letter is of. */
  String channel(DeadLetter letter) {
    return journal.channels().getOrDefault(letter.lane().channel(), "?");
  }

  /**
   * Writes a letter's message, part by part.
   *
   * @return false if there is no such letter
   */
  boolean show(long id, OutputStream out) throws IOException {
    List<Long> parts = get(journal.deadLetterParts(id));
    for (long part : parts) {
      byte[] bytes = bytes(part);
      out.write(bytes);
    }
    return !parts.isEmpty();
  }

  private byte[] bytes(long lsn) throws IOException {
    Part part = part(lsn);
    byte[] bytes = new byte[part.content().remaining()];
    part.content().get(0, bytes);
    return bytes;
  }

  private Part part(long lsn) throws IOException {
    Optional<Part> part = get(journal.deadLetterPart(lsn));
    return part.orElseThrow(() -> new IOException("the letter was purged meanwhile"));
  }

  /**
   * Puts a letter's message behind those that its lane owes, as if it were new.
   *
   * @throws IOException with a sentence, when there is no such letter or no such channel any more
   */
  void replay(long id) throws IOException {
    DeadLetter letter =
        list().stream()
            .filter(each -> each.id() == id)
            .findFirst()
            .orElseThrow(() -> new IOException("there is no dead letter " + id));
    BusLane lane =
        lane(letter.lane())
            .orElseThrow(
                () -> new IOException("channel " + channel(letter) + " is no longer configured"));
    Arrival arrival = onLoop(lane::begun);
    long appended;
    try {
      appended = append(letter);
    } catch (IOException failed) {
      boolean _ =
          onLoop(() -> {
            arrival.abandoned();
            return true;
          });
      throw failed;
    }
    boolean _ =
        onLoop(() -> {
          arrival.replayed(appended);
          lane.committed();
          return true;
        });
    int _ = get(journal.purge(List.of(id)));
  }

  /** Appends what the letter holds; the lsn of the last part, when that is committed. */
  private long append(DeadLetter letter) throws IOException {
    long head = 0;
    long last = 0;
    try {
      for (long lsn : get(journal.deadLetterParts(letter.id()))) {
        Part part = part(lsn);
        last = journal.append(letter.lane(), head, part.more(), part.content());
        head = head == 0 ? last : head;
      }
    } catch (IOException failed) {
      if (head != 0) {
        // Parts without a last one would keep their place on a disk that may be full.
        journal.acknowledge(letter.lane(), head);
      }
      throw failed;
    }
    journal.awaitCommitted(last);
    return last;
  }

  private <T> T onLoop(Supplier<T> task) throws IOException {
    return get(bus.ask(task));
  }

  private Optional<BusLane> lane(Lane wanted) {
    return bus.channels().stream()
        .flatMap(channel -> Stream.of(channel.inbound(), channel.outbound()))
        .filter(lane -> lane.lane().equals(wanted))
        .findFirst();
  }

  /** Removes letters for good, and says how many were there. */
  int purge(List<Long> ids) throws IOException {
    return get(journal.purge(ids));
  }

  private static <T> T get(CompletableFuture<T> answer) throws IOException {
    try {
      return answer.get();
    } catch (ExecutionException failed) {
      throw new IOException(String.valueOf(failed.getCause()), failed);
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", ending);
    }
  }
}
