package ai.prismer.claw.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import ai.prismer.claw.api.Claw;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which failure is kept from the status once, and which never. */
class HiccupsTest {
  private final Hiccups hiccups = new Hiccups();

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503, 504})
  void whatTheServerDoesNotAnswerIsKeptBackOnceAndToldTheSecondTime(int code) {
    assertThat(hiccups.isFirst(failed("one", refusal(code)))).isTrue();
    assertThat(hiccups.isFirst(failed("one", refusal(code)))).isFalse();
    assertThat(hiccups.isFirst(failed("one", refusal(code)))).isFalse();
  }

  @Test
  void aBrokenConnectionIsAlsoKeptBackOnceWhateverTheStepIsTheSecondTime() {
    assertThat(hiccups.isFirst(failed("one", noAnswer()))).isTrue();
    assertThat(hiccups.isFirst(failed("one", refusal(503)))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 422})
  void aRefusalIsToldAtOnce(int code) {
    assertThat(hiccups.isFirst(failed("one", refusal(code)))).isFalse();
  }

  @Test
  void aRefusalBesideItIsToldAtOnce() {
    assertThat(hiccups.isFirst(failed("one", noAnswer(), refusal(403)))).isFalse();
  }

  @Test
  void aDefectOfOursIsToldAtOnce() {
    assertThat(hiccups.isFirst(failed("one", new IllegalStateException("broken")))).isFalse();
  }

  @Test
  void whatWentWellInBetweenBeginsAnew() {
    assertThat(hiccups.isFirst(failed("one", noAnswer()))).isTrue();
    assertThat(hiccups.isFirst(failed("one"))).isFalse();
    assertThat(hiccups.isFirst(failed("one", noAnswer()))).isTrue();
  }

  @Test
  void oneClawsIsNotAnothers() {
    assertThat(hiccups.isFirst(failed("one", noAnswer()))).isTrue();
    assertThat(hiccups.isFirst(failed("two", noAnswer()))).isTrue();
  }

  @Test
  void ofAClawThatIsGoneNothingIsRemembered() {
    assertThat(hiccups.isFirst(failed("one", noAnswer()))).isTrue();
    hiccups.forget("one");
    assertThat(hiccups.isFirst(failed("one", noAnswer()))).isTrue();
  }

  private static Reconciliation failed(String uid, RuntimeException... failures) {
    Claw claw = new Claw();
    claw.setMetadata(new ObjectMetaBuilder().withName("agent").withUid(uid).build());
    Reconciliation reconciliation = new Reconciliation(claw);
    for (RuntimeException failure : failures) {
      reconciliation.step(
          "step",
          _ -> {
            throw failure;
          });
    }
    return reconciliation;
  }

  private static KubernetesClientException refusal(int code) {
    return new KubernetesClientException(
        new StatusBuilder().withCode(code).withMessage("no").build());
  }

  private static KubernetesClientException noAnswer() {
    return new KubernetesClientException("connection reset");
  }
}
