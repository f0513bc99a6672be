package ai.prismer.claw.cli.dlq;

import ai.prismer.claw.cli.CommandException;
import ai.prismer.claw.contract.BusClient;
import ai.prismer.claw.contract.BusProtocol;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The dead letters of one agent's bus. */
final class DeadLetters {
  /** The bus keeps 10,000, each a line of a few hundred bytes. */
  private static final int LONGEST_LIST = 16 * 1024 * 1024;

  private static final int LONGEST_MESSAGE = BusProtocol.MAX_FRAME_BYTES + 1024;
  private static final int LONGEST_ANSWER = 4 * 1024;
  private static final JsonMapper JSON = new JsonMapper();

  private final BusExec bus;

  DeadLetters(BusExec bus) {
    this.bus = bus;
  }

  /** All of them, in the order in which they were given up. */
  List<DeadLetter> list() {
    List<DeadLetter> letters = new ArrayList<>();
    String answer = text(bus.ask(List.of("dlq", "list"), LONGEST_LIST));
    for (String line : answer.lines().toList()) {
      letters.add(DeadLetter.of(object(line.getBytes(StandardCharsets.UTF_8))));
    }
    return letters;
  }

  /** The message of one: the envelope with its payload. */
  JsonNode message(long id) {
    return object(bus.ask(List.of("dlq", "show", Long.toString(id)), LONGEST_MESSAGE));
  }

  /** Has letters delivered again. */
  void replay(List<Long> ids) {
    inParts("replay", ids);
  }

  /** Removes letters for good. */
  void purge(List<Long> ids) {
    inParts("purge", ids);
  }

  private void inParts(String verb, List<Long> ids) {
    for (int from = 0; from < ids.size(); from += BusClient.MOST_IDS) {
      List<String> words = new ArrayList<>(List.of("dlq", verb));
      ids.subList(from, Math.min(ids.size(), from + BusClient.MOST_IDS))
          .forEach(id -> words.add(id.toString()));
      bus.ask(words, LONGEST_ANSWER);
    }
  }

  private static JsonNode object(byte[] bytes) {
    try {
      JsonNode node = JSON.readTree(bytes);
      if (node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException noJson) {
      // Said below.
    } catch (IOException impossible) {
      throw new IllegalStateException("reading from memory failed", impossible);
    }
    throw CommandException.failed("the bus's answer is not what a bus answers");
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
