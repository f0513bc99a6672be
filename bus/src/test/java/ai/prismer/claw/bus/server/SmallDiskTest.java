package ai.prismer.claw.bus.server;

import static ai.prismer.claw.bus.BusFixture.message;
import static ai.prismer.claw.bus.BusFixture.register;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.bus.BusFixture;
import ai.prismer.claw.bus.Wire;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file system that is really full before the journal has had the disk it was promised. Needs root
 * and loop devices; is skipped without.
 */
class SmallDiskTest {
  /** The fixture's journal may take 64 MiB. */
  private static final int DISK_MEBIBYTES = 40;

  @TempDir Path folder;
  private Path mount;

  @BeforeEach
  void mount() throws Exception {
    Path image = folder.resolve("image");
    mount = Files.createDirectory(folder.resolve("mount"));
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength((long) DISK_MEBIBYTES << 20);
    }
    boolean mounted =
        run("mkfs.ext4", "-q", "-F", image.toString())
            && run("mount", "-o", "loop", image.toString(), mount.toString());
    Assumptions.assumeTrue(mounted, "needs root, ext4 and loop devices");
  }

  @AfterEach
  void unmount() throws Exception {
    boolean _ = run("umount", "--lazy", mount.toString());
  }

  @Test
  void aFullDiskRefusesWhatMayComeAgainDeliversWhatItHasAndThenTakesMore() throws Exception {
    ChannelSettings slack =
        new ChannelSettings("slack", ChannelMode.BIDIRECTIONAL, 1, 65_536, 1, 0.9);
    try (BusFixture bus = new BusFixture(mount, slack)) {
      Wire runtime = bus.runtime();
      Wire client = bus.connect("slack");
      client.send(register("slack", "{\"protocol\":2}"));
      client.next("ack");
      int accepted = fill(client);
      assertThat(accepted).isBetween(100, DISK_MEBIBYTES * 10);
      for (int i = 0; i < accepted; i++) {
        Wire.Frame question = runtime.next("message");
        assertThat(question.envelope().id()).isEqualTo("m" + i);
        runtime.send(acknowledgement(question));
      }
      BusFixture.await(() -> bus.bus().channels().getFirst().inbound().owed() == 0);
      Wire again = bus.client("slack");
      again.send(message("after", "slack", "there is room"));
      assertThat(again.next("ack").payload()).containsEntry("ref", "after");
      assertThat(runtime.next("message").envelope().id()).isEqualTo("after");
    }
  }

  /** Sends one at a time until one is refused; returns how many were accepted. */
  private static int fill(Wire client) throws Exception {
    String text = "x".repeat(100_000);
    for (int i = 0; ; i++) {
      client.send(message("m" + i, "slack", text));
      Wire.Frame said = client.next();
      while (said.envelope().type().equals("credit")) {
        said = client.next();
      }
      if (said.envelope().type().equals("nack")) {
        assertThat(said.payload())
            .containsEntry("code", "disk_full")
            .containsEntry("retryable", "true");
        return i;
      }
    }
  }

  private static String acknowledgement(Wire.Frame question) {
    return "{\"id\":\"a\",\"type\":\"ack\",\"correlationId\":\"%s\",\"channel\":\"slack\"}"
        .formatted(question.envelope().id());
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }
}
