// SPDX-License-Identifier: GPL-3.0-or-later
package io.dormouse.benchmarks.policy;

/**
 * Adaptive replacement (Megiddo and Modha, ARC, FAST 2003, figure 4): a list of keys seen once and one of keys seen again,
 * a memory of what left each, and a target for the first list that moves with hits in these memories.
 */
final class ArcPeer implements TraceCache {
    private final int capacity;
    private final KeyList once;
    private final KeyList again;
    private final KeyList leftOnce;
    private final KeyList leftAgain;
    private double target;

    ArcPeer(int capacity, int keys) {
        this.capacity = capacity;
        once = new KeyList(keys);
        again = new KeyList(keys);
        leftOnce = new KeyList(keys);
        leftAgain = new KeyList(keys);
    }

    @Override
    public boolean access(int key) {
        if (once.contains(key)) {
            once.remove(key);
            again.addFirst(key);
            return true;
        }
        if (again.contains(key)) {
            again.moveToFront(key);
            return true;
        }
        if (leftOnce.contains(key)) {
            target = Math.min(capacity, target + Math.max(1.0, (double) leftAgain.size() / leftOnce.size()));
            replace(false);
            leftOnce.remove(key);
            again.addFirst(key);
        } else if (leftAgain.contains(key)) {
            target = Math.max(0, target - Math.max(1.0, (double) leftOnce.size() / leftAgain.size()));
            replace(true);
            leftAgain.remove(key);
            again.addFirst(key);
        } else {
            makeRoom();
            once.addFirst(key);
        }
        return false;
    }

    private void makeRoom() {
        int seenOnce = once.size() + leftOnce.size();
        int all = seenOnce + again.size() + leftAgain.size();
        if (seenOnce == capacity) {
            if (once.size() < capacity) {
                leftOnce.removeLast();
                replace(false);
            } else {
                once.removeLast();
            }
        } else if (all >= capacity) {
            if (all == 2 * capacity) {
                leftAgain.removeLast();
            }
            replace(false);
        }
    }

    private void replace(boolean returned) {
        if (once.size() + again.size() < capacity) {
            return;
        }
        boolean tooMany = once.size() > target || returned && once.size() == (int) target;
        if (once.size() > 0 && (tooMany || again.size() == 0)) {
            leftOnce.addFirst(once.removeLast());
        } else {
            leftAgain.addFirst(again.removeLast());
        }
    }
}
