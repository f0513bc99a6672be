package ai.prismer.claw.bus.admin;

import static ai.prismer.claw.bus.BusFixture.await;
import static ai.prismer.claw.bus.BusFixture.message;
import static ai.prismer.claw.bus.FrameRuntime.answer;
import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.bus.BusFixture;
import ai.prismer.claw.bus.Wire;
import ai.prismer.claw.bus.server.ChannelSettings;
import ai.prismer.claw.contract.BusClient;
import ai.prismer.claw.contract.BusEnvironment;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program that {@code kubectl claw dlq} runs in the bus's container, as a process of its own
 * and with the very words of {@link BusClient#COMMAND}; only the places of the image's files
 * differ.
 */
@Timeout(120)
class ClientTest {
  private Path folder;
  private Path socket;
  private BusFixture bus;
  private AdminServer admin;

  private record Ended(int status, String out, String err) {}

  @BeforeEach
  void open(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.socket = folder.resolve("admin.sock");
    this.bus = new BusFixture(folder, ChannelSettings.of("slack"));
    this.admin = new AdminServer(bus.bus(), socket);
  }

  @AfterEach
  void close() throws IOException {
    admin.close();
    bus.close();
  }

  @Test
  void aLetterIsListedShownAndPurgedByTheCommandOfTheImage() throws Exception {
    Wire runtime = bus.runtime();
    Wire slack = bus.client("slack");
    slack.send(message("m1", "slack", "hello"));
    slack.next("ack");
    runtime.send(answer(runtime.next(), "hi"));
    String reply = slack.next("message").envelope().id();
    slack.send(
        "{\"id\":\"n\",\"type\":\"nack\",\"correlationId\":\"%s\",\"payload\":{\"code\":\"broken\",\"retryable\":false}}"
            .formatted(reply));
    await(() -> bus.bus().journal().deadLetters().join().size() == 1);
    String id = Long.toString(bus.bus().journal().deadLetters().join().getFirst().id());

    Ended list = run("dlq", "list");
    Ended show = run("dlq", "show", id);
    Ended purge = run("dlq", "purge", id);

    assertThat(list.err()).isEmpty();
    assertThat(list.status()).isZero();
    assertThat(list.out()).startsWith("{\"id\":" + id + ",").endsWith("}\n").hasLineCount(1);
    assertThat(show.out()).contains("\"correlationId\":\"m1\"");
    assertThat(purge.out()).isEqualTo("purged 1\n");
  }

  @Test
  void whatTheBusRefusesIsALineOfItsOwnAndExitCode1() throws Exception {
    Ended absent = run("dlq", "show", "7");

    assertThat(absent).isEqualTo(new Ended(1, "", "bus: there is no dead letter 7\n"));
  }

  @Test
  void withoutABusItIsSaidWhereOneWasLookedFor() throws Exception {
    admin.close();

    Ended gone = run("dlq", "list");

    assertThat(gone.status()).isEqualTo(1);
    assertThat(gone.err()).startsWith("bus: no bus answers at " + socket).hasLineCount(1);
  }

  @Test
  void theCommandStartsWhatTheImageStarts() throws IOException {
    String image = Files.readString(Path.of("Containerfile"));

    assertThat(image)
        .contains(
            "COPY target/image/lib /app/lib\n",
            "ENTRYPOINT [\"" + BusClient.COMMAND.getFirst() + "\"",
            "\"" + BusClient.COMMAND.getLast() + "\"]");
  }

  private Ended run(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(BusClient.COMMAND);
    command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.set(command.indexOf("/app/lib/*"), System.getProperty("java.class.path"));
    command.addAll(List.of(words));
    File out = folder.resolve("out").toFile();
    File err = folder.resolve("err").toFile();
    ProcessBuilder program = new ProcessBuilder(command).redirectOutput(out).redirectError(err);
    program.environment().put(BusEnvironment.ADMIN_SOCKET, socket.toString());
    Process process = program.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(
        process.exitValue(),
        Files.readString(out.toPath(), StandardCharsets.UTF_8),
        Files.readString(err.toPath(), StandardCharsets.UTF_8));
  }
}
