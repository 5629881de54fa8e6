package io.strimzi.crdgenerator.annotations;

/** Strimzi's annotation of this name, which is in its classes but in no published artifact: without it Java skips it. */
@java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME)
public @interface PresentInVersions {
    String value();
}
