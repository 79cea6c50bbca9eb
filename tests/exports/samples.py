"""What platforms give: Canvas's gradebook, Moodle's worksheet, the variables of Classroom 50's runner."""

GRADEBOOK = """\
Student,ID,SIS User ID,SIS Login ID,Section,Notes,Essay (7001),"Closures, first (7002)",Assignments Current Score
,,,,,,,Manual Posting,
    Points Possible,,,,,,20.00,10.00,(read only)
"Lee, Ann",4711,20260001,alee,Monday,late,15.00,,75.00
"Bo, Ben",4712,20260002,ben@uni.example,Monday,,12.00,3.00,60.00
"Xu, Zoe",4713,20260003,zxu,Tuesday,,,,
"Student, Test",4999,,0f3ac1,Monday,,,,
"""

RUNNER = {
    "CLASSROOM": "autumn",
    "ASSIGNMENT": "scalars",
    "SUBMISSION_TAG": "submit/2026-11-22T10-00-00Z-abc",
    "COMMIT_URL": "https://example.org/commit/1",
    "RELEASE_URL": "https://example.org/releases/1",
}

WORKSHEET = """\
Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Grade can be changed,\
Last modified (submission),Last modified (grade),Feedback comments
Participant 311,Ann Lee,s100,ann@uni.example,Submitted for grading,,100.00,Yes,\
"Saturday, 21 November 2026, 8:00 PM",-,
Participant 312,"Ben ""B"" Bo",s101,bo@uni.example,Submitted for grading,40.00,100.00,Yes,\
"Saturday, 21 November 2026, 8:05 PM",-,
Participant 1311,Zoe Xu,s102,zoe@uni.example,No submission,,100.00,No,-,-,
"""
