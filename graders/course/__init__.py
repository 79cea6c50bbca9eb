"""A course: course.yml, keys, stubs, what leaves its folder, its wrong ideas, and the proof that its graders grade."""
