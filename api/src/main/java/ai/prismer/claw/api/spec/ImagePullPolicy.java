package ai.prismer.claw.api.spec;

/** When the kubelet pulls the image of the runtime. */
public enum ImagePullPolicy {
  Always,
  IfNotPresent,
  Never
}
