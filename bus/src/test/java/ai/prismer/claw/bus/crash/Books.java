package ai.prismer.claw.bus.crash;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What the outside saw: which messages were accepted, and which were delivered, how often. */
final class Books {
  private final Set<String> accepted = new HashSet<>();
  private final Map<String, Integer> delivered = new HashMap<>();

  /** By lane and life, the last message that was delivered for the first time. */
  private final Map<String, Integer> order = new HashMap<>();

  private int corrupt;
  private int disordered;

  /** Enters one line of a victim; a line that a kill cut short is none. */
  void enter(String line) {
    String[] words = line.split(" ", -1);
    if (words[0].equals("A") && words.length == 2) {
      accepted.add(words[1]);
    } else if (words[0].equals("D") && words.length == 3) {
      delivered(words[1], words[2]);
    }
  }

  private void delivered(String id, String crc) {
    if (!crc.equals(Long.toString(Content.crc(Content.of(id))))) {
      corrupt++;
      return;
    }
    if (delivered.merge(id, 1, Integer::sum) == 1) {
      int cut = id.lastIndexOf('-');
      int number = Integer.parseInt(id.substring(cut + 1));
      Integer before = order.put(id.substring(0, cut), number);
      if (before != null && before > number) {
        disordered++;
      }
    }
  }

  int accepted() {
    return accepted.size();
  }

  /** Accepted and never delivered. */
  int lost() {
    Set<String> missing = new HashSet<>(accepted);
    missing.removeAll(delivered.keySet());
    return missing.size();
  }

  int corrupt() {
    return corrupt;
  }

  int disordered() {
    return disordered;
  }

  /** Deliveries beyond the first. */
  int duplicates() {
    return delivered.values().stream().mapToInt(times -> times - 1).sum();
  }
}
