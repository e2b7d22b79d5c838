package org.skipjack.core.backend;

/**
 * How long one kernel of a plan took.
 *
 * @param phase what runs together with it
 * @param kernel its name, with the shape of its result
 * @param tasks into how many tasks it is divided
 * @param flops floating-point operations of all its tasks, as its algorithm does them; 0 where they do not matter
 * @param seconds time of all threads together, on average over the runs
 * @param least the same of each task's shortest run: what the kernel takes where nothing else slows the machine
 */
public record KernelTime(String phase, String kernel, int tasks, long flops, double seconds, double least) {}
