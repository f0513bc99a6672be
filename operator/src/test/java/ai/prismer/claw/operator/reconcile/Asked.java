package ai.prismer.claw.operator.reconcile;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down for which Claws a reconciliation was asked. */
public final class Asked implements Trigger {
  private final List<String> names = new CopyOnWriteArrayList<>();

  /** In their order: {@code namespace/name}, {@code namespace/*} or {@code *}. */
  public List<String> names() {
    return names;
  }

  @Override
  public void one(String namespace, String name) {
    names.add(namespace + "/" + name);
  }

  @Override
  public void namespace(String namespace) {
    names.add(namespace + "/*");
  }

  @Override
  public void all() {
    names.add("*");
  }
}
