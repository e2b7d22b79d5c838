package org.skipjack.core.backend;

/** Found by {@link java.util.ServiceLoader}: makes devices of a further kind available, such as GPUs. */
public interface BackendProvider {
    /** Device kind, {@code gpu}. */
    String kind();

    /** How many devices of that kind can be used on this machine. */
    int deviceCount();

    /** Why there are none, in one line; empty if there are some. */
    String reason();

    /** The backend of one device, {@code 0 <= index < deviceCount()}. */
    Backend open(int index);
}
