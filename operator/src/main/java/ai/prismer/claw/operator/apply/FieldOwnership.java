package ai.prismer.claw.operator.apply;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a creation left in {@code managedFields} into what a later apply expects.
 *
 * <p>A child is created by POST, because only a POST cannot overwrite an object that somebody else
 * made in the same moment. The server records that as operation {@code Update}. An apply by the
 * same manager is to the server another owner: it would conflict with our own creation, and fields
 * that are no longer desired would stay, still owned by the POST. So before the first apply the
 * entry is rewritten to operation {@code Apply}, as client-go's csaupgrade does.
 */
final class FieldOwnership {

  private static final String UPDATE = "Update";
  private static final String APPLY = "Apply";

  private FieldOwnership() {}

  /** The entries with ours rewritten; empty when there is nothing to rewrite. */
  static Optional<List<ManagedFieldsEntry>> upgraded(
      List<ManagedFieldsEntry> entries, String manager) {
    List<ManagedFieldsEntry> created =
        entries.stream().filter(entry -> isOurs(entry, manager, UPDATE)).toList();
    if (created.isEmpty()) {
      return Optional.empty();
    }
    List<ManagedFieldsEntry> applied =
        entries.stream().filter(entry -> isOurs(entry, manager, APPLY)).toList();
    List<ManagedFieldsEntry> result = new ArrayList<>(entries);
    result.removeAll(created);
    result.removeAll(applied);
    result.add(
        merged(applied.isEmpty() ? created.getFirst() : applied.getFirst(), created, applied));
    return Optional.of(result);
  }

  private static boolean isOurs(ManagedFieldsEntry entry, String manager, String operation) {
    boolean whole = entry.getSubresource() == null || entry.getSubresource().isEmpty();
    return whole && manager.equals(entry.getManager()) && operation.equals(entry.getOperation());
  }

  private static ManagedFieldsEntry merged(
      ManagedFieldsEntry pattern,
      List<ManagedFieldsEntry> created,
      List<ManagedFieldsEntry> applied) {
    Map<String, Object> fields = new LinkedHashMap<>();
    created.forEach(entry -> union(fields, fields(entry)));
    applied.forEach(entry -> union(fields, fields(entry)));
    return new ManagedFieldsEntryBuilder(pattern)
        .withOperation(APPLY)
        .withNewFieldsV1()
        .withAdditionalProperties(fields)
        .endFieldsV1()
        .build();
  }

  private static Map<String, Object> fields(ManagedFieldsEntry entry) {
    return entry.getFieldsV1() == null ? Map.of() : entry.getFieldsV1().getAdditionalProperties();
  }

  /** A field set is a tree of maps; the union of two has every path of both. */
  private static void union(Map<String, Object> into, Map<?, ?> from) {
    from.forEach(
        (name, subtree) -> into.merge(String.valueOf(name), copy(subtree), FieldOwnership::both));
  }

  private static Object both(Object one, Object other) {
    if (one instanceof Map<?, ?> left && other instanceof Map<?, ?> right) {
      Map<String, Object> result = new LinkedHashMap<>();
      union(result, left);
      union(result, right);
      return result;
    }
    return other;
  }

  private static Object copy(@Nullable Object subtree) {
    return subtree instanceof Map<?, ?> map ? new LinkedHashMap<>(map) : Map.of();
  }
}
