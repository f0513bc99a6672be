package ai.prismer.claw.openclaw.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final SessionKey KEY = new SessionKey("agent:main:k8s:slack:1");

  @TempDir private Path folder;

  @Test
  void everyKindOfEntryIsReadAsItWasWritten() throws Exception {
    List<Entry> entries =
        List.of(
            new Entry.User("k1", NOW, "line\nbreak, \"quotes\", \u0000, \uD83E\uDD80"),
            new Entry.Assistant("k1", NOW, "answer", "stop"),
            new Entry.User("k2", NOW, "two"),
            new Entry.Aborted("k2", NOW, ""),
            new Entry.User("k3", NOW, "three"),
            new Entry.Resumed("k3", NOW),
            new Entry.Failed("k3", NOW, "timeout", "too late"));
    Session session = open();
    for (Entry entry : entries) {
      session.append(entry);
    }

    assertThat(open().latest(10_000)).isEqualTo(entries);
    assertThat(session.latest(10_000)).isEqualTo(entries);
    assertThat(Files.readAllLines(file())).hasSize(8).first().asString().contains(KEY.value());
  }

  @Test
  void theStateOfATurnFollowsItsEntries() throws Exception {
    Session session = open();
    assertThat(session.state("k1")).isEqualTo(Session.TurnState.UNKNOWN);
    session.append(new Entry.User("k1", NOW, "one"));
    assertThat(session.state("k1")).isEqualTo(Session.TurnState.OPEN);
    assertThat(open().state("k1")).isEqualTo(Session.TurnState.OPEN);
    session.append(new Entry.Failed("k1", NOW, "unknown", "no"));
    assertThat(session.state("k1")).isEqualTo(Session.TurnState.ENDED);
    assertThat(open().state("k1")).isEqualTo(Session.TurnState.ENDED);
    assertThat(session.end("k1")).contains(new Entry.Failed("k1", NOW, "unknown", "no"));
    assertThat(session.end("k2")).isEmpty();
  }

  @Test
  void onlyTheLatestEntriesAreReadOfALongConversation() throws Exception {
    write(300, "x".repeat(1000));
    Session session = open();

    assertThat(session.latest(2500)).extracting(Entry::key).containsExactly("k297", "k298", "k299");
    assertThat(session.latest(50_000)).hasSize(50);
    assertThat(session.latest(1_000_000)).hasSize(300);
  }

  @Test
  void theIndexOfTurnsIsBounded() throws Exception {
    write(Session.INDEX_LIMIT + 1, "x");
    Session session = open();

    assertThat(session.state("k0")).isEqualTo(Session.TurnState.UNKNOWN);
    assertThat(session.state("k1")).isEqualTo(Session.TurnState.OPEN);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 20, 60, 100, 140, 160})
  void aFileThatIsCutAnywhereStillTakesEntries(int length) throws Exception {
    Session before = open();
    before.append(new Entry.User("k1", NOW, "one"));
    byte[] bytes = Files.readAllBytes(file());
    Files.write(file(), java.util.Arrays.copyOf(bytes, Math.min(length, bytes.length - 1)));

    open().append(new Entry.User("k2", NOW, "two"));

    assertThat(open().latest(1000)).containsExactly(new Entry.User("k2", NOW, "two"));
    assertThat(Files.readString(file())).startsWith("{\"type\":\"session\"").endsWith("}\n");
  }

  @Test
  void aKeyNeverBecomesAPath() {
    assertThat(new SessionKey("../../etc/passwd").fileName()).matches("[0-9a-f]{64}\\.jsonl");
    assertThat(new SessionKey("Agent:A")).isEqualTo(new SessionKey("agent:a"));
    assertThatThrownBy(() -> new SessionKey(" ")).hasMessageContaining("1 to 512 characters");
    assertThatThrownBy(() -> new SessionKey("x".repeat(513))).hasMessageContaining("1 to 512");
    assertThatThrownBy(() -> new SessionKey("a\nb")).hasMessageContaining("control characters");
  }

  @Test
  void theStoreKeepsWhatIsHeldAndForgetsTheRest() throws Exception {
    SessionStore store = new SessionStore(folder, 2);
    Session held = store.hold(KEY);
    for (int i = 0; i < 10; i++) {
      store.hold(new SessionKey("other" + i));
      store.release(new SessionKey("other" + i));
    }

    assertThat(store.hold(KEY)).isSameAs(held);
    store.release(KEY);
    store.release(KEY);
    for (int i = 0; i < 10; i++) {
      store.hold(new SessionKey("other" + i));
      store.release(new SessionKey("other" + i));
    }
    assertThat(store.hold(KEY)).isNotSameAs(held);
  }

  @Test
  void unfinishedConversationsAreFound() throws Exception {
    SessionStore store = new SessionStore(folder, 2);
    store.hold(KEY).append(new Entry.User("k1", NOW, "one"));
    Session other = store.hold(new SessionKey("other"));
    other.append(new Entry.User("k2", NOW, "two"));
    other.append(new Entry.Aborted("k2", NOW, ""));
    Files.writeString(folder.resolve("foreign.jsonl"), "not ours\n");

    assertThat(store.unfinished()).containsExactly(KEY);
  }

  /** Many questions at once, without a force to the disk for each. */
  private void write(int count, String text) throws Exception {
    try (OutputStream out = Files.newOutputStream(file())) {
      out.write(EntryCodec.header(KEY));
      for (int i = 0; i < count; i++) {
        out.write(EntryCodec.encode(new Entry.User("k" + i, NOW, text)));
      }
    }
  }

  private Session open() throws Exception {
    return Session.open(file(), KEY);
  }

  private Path file() {
    return folder.resolve(KEY.fileName());
  }
}
